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
  /** Observes the middle of a received message that was not displayed yet. */
  readonly observe: ObserveMessage;
  /** The elements that open the details of rendered messages, by message id. */
  readonly details: Map<string, HTMLElement>;
  /** Shows the actions of a message. */
  readonly surface: ActionSurface;
  /** Which actions have buttons in the rows. */
  readonly rowButtons: RowButtons;
  /** The messages with a line for the remaining hold, or its empty space. */
  readonly heldLines: Set<string>;
  /** Whether each message has a button for its actions, since a finger is the main pointer. */
  readonly hasActionButtons: boolean;
  /** Scrolls to a message, and remembers the one that the reader came from. */
  readonly scrollToMessage: (id: string, from: string) => Promise<boolean>;
  /** Returns the message from which the reader followed a quote to an older one. Each is returned once. */
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
