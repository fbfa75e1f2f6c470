/** The types of message actions, and the standard ones. */

import type { InstantMessagingFlow, MessageRecord } from '@imflow/react';
import type { ComponentType, ReactNode } from 'react';

/** The actions that the kit has. */
export type MessageActionName = 'reply' | 'react' | 'edit' | 'copy' | 'retry' | 'delete' | 'details';

/** What an action is about. */
export interface MessageActionContext {
  readonly flow: InstantMessagingFlow;
  readonly message: MessageRecord;
}

/** Something that can be done to a message. */
export interface MessageAction {
  /** Unique among the actions. */
  readonly id: string;
  /** Its name, for people. */
  readonly label: string;
  /** A picture of 20 × 20 px. Default: the label itself. */
  readonly icon?: ReactNode;
  /** Whether it can be done to this message now. Default: always. */
  readonly isAvailable?: (context: MessageActionContext) => boolean;
  readonly run: (context: MessageActionContext) => void;
}

/** What the kit offers to react with at once. */
export const QUICK_EMOJIS: readonly string[] = ['👍', '❤️', '😂', '😮', '😢', '🎉'];

/** In which order, and which of them. */
export const STANDARD_ACTIONS: readonly MessageActionName[] = [
  'reply',
  'react',
  'edit',
  'copy',
  'retry',
  'delete',
  'details',
];

/** Lets the user choose any emoji. */
export type EmojiPicker = ComponentType<{ readonly onPick: (emoji: string) => void }>;
