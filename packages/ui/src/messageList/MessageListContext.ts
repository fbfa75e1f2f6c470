'use client';

import { type Context, createContext, useContext } from 'react';
import type { ActionSurface } from './actions/actionSurface.ts';
import type { ObserveMessage } from './readReceiptObserver.ts';
import type { Highlight } from './highlight.ts';
import type { RowButtons } from './rowButtons.ts';
import type { Scroller } from './scroll/scroller.types.ts';

/** The context of the parts of a message list. It changes at midnight and with the flow. */
export interface MessageListParts {
  readonly scroller: Scroller;
  readonly highlight: Highlight;
  /** Midnight before now. */
  readonly today: number;
  readonly groupGap: number;
  /** Watches the middle of a received message that was not seen yet. */
  readonly observe: ObserveMessage;
  /** What opens the details of each message that is rendered, by its id. */
  readonly details: Map<string, HTMLElement>;
  /** Shows what can be done to a message. */
  readonly surface: ActionSurface;
  /** Which actions have buttons in the rows. */
  readonly rowButtons: RowButtons;
  /** The messages with a line that says how long they are held, or its room. */
  readonly heldLines: Set<string>;
  /** Each message has a button that shows that: a finger is the main pointer. */
  readonly hasActionButtons: boolean;
  /** Leads to a message, and remembers the one that the reader came from. */
  readonly scrollToMessage: (id: string, from: string) => Promise<boolean>;
  /** The message that the reader came from, once: where a quote has led them to an older one. */
  readonly takeOrigin: () => string | undefined;
}

export const MessageListContext: Context<MessageListParts | undefined> = createContext<MessageListParts | undefined>(
  undefined,
);

export function useMessageList(): MessageListParts {
  const parts = useContext(MessageListContext);
  if (!parts) throw new Error('Parts of a message list must be rendered inside <MessageList.Root>.');
  return parts;
}
