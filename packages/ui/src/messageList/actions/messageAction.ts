/** The types of message actions, and the standard ones. */

import type { InstantMessagingFlow, MessageRecord } from '@imflow/react';
import type { ComponentType, ReactNode } from 'react';

/** The names of the standard actions. */
export type MessageActionName = 'reply' | 'react' | 'edit' | 'copy' | 'retry' | 'delete' | 'details';

/** The context of an action: its message and its flow. */
export interface MessageActionContext {
  readonly flow: InstantMessagingFlow;
  readonly message: MessageRecord;
}

/** An action on a message. */
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

/** The emojis that the toolbar offers. */
export const QUICK_EMOJIS: readonly string[] = ['👍', '❤️', '😂', '😮', '😢', '🎉'];

/** The standard actions in their order. */
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
