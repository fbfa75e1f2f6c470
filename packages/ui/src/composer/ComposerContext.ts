'use client';

/** What the parts of a composer share. */

import type { MessageRecord } from '@imflow/react';
import { type Context, createContext, type ReactNode, type RefObject, useContext } from 'react';
import type { Attachments } from './useAttachments.ts';

/**
 * When the key sends: `send`: Enter, with Shift+Enter for a new line; `ctrl-enter`: Ctrl or ⌘ with Enter; `newline`:
 * never; `auto`: as `send`, and as `ctrl-enter` on a touch device, since a virtual keyboard has no Shift+Enter.
 */
export type EnterKey = 'auto' | 'send' | 'newline' | 'ctrl-enter';

/** The state of a composer: `data-*` attributes of its parts, and the argument of their `className` and `render`. */
export interface ComposerState {
  /** There is nothing to send. */
  readonly blank: boolean;
  /** The text is longer than allowed. */
  readonly invalid: boolean;
  /** The conversation has ended. */
  readonly disabled: boolean;
  /** The box contains the text of a message that is edited. */
  readonly editing: boolean;
  /** The text is a reply to a message. */
  readonly replying: boolean;
}

/** What the parts of a composer share. */
export interface ComposerParts {
  readonly state: ComposerState;
  /** The text box has no text. */
  readonly hasNoText: boolean;
  readonly input: RefObject<HTMLTextAreaElement | null>;
  readonly enterKey: EnterKey;
  /** The name of the participant. */
  readonly name: string;
  /** The note for the user, if there is one. */
  readonly note: string;
  readonly noteId: string;
  /** The content of the note once the conversation has ended, such as a button. */
  readonly endedAction: ReactNode;
  /** The message that is edited or replied to. */
  readonly target: MessageRecord | undefined;
  readonly targetId: string;
  /** Ends the edit, or else the reply. Returns whether there was one. */
  readonly dismiss: () => boolean;
  /** Begins an edit of the last own message that can be edited. Returns whether there is one. */
  readonly editLast: () => boolean;
  /** Called when the text has changed. */
  readonly changed: () => void;
  readonly send: () => void;
  readonly attachments: Attachments;
  /** Attaches files to the next message, or shows why they cannot be sent. */
  readonly attach: (files: readonly File[]) => void;
}

export const ComposerContext: Context<ComposerParts | undefined> = createContext<ComposerParts | undefined>(undefined);

export function useComposer(): ComposerParts {
  const parts = useContext(ComposerContext);
  if (!parts) throw new Error('Parts of a composer must be rendered inside <Composer.Root>.');
  return parts;
}
