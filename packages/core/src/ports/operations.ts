/** Edits, retractions and reactions, as transports carry them. */

import type { ReplyTarget } from './transport.ts';

/** What an operation on a message has, whatever it does. */
interface OperationHead {
  /** Its own id, made by its author: notifications and `Channel.acknowledge` name it. */
  readonly id: string;
  /** The id of the message that it changes: always that of the message, never that of an earlier operation. */
  readonly target: string;
  /**
   * Rises with each operation of one author on one message, and decides which one counts. The engine takes the time of
   * day in ms, or one more than the last. A wire that cannot carry it gives the time at which the operation was sent.
   */
  readonly sequence: number;
}

/** Replaces the whole text. Only from the author of the message. */
export interface EditOperation extends OperationHead {
  readonly kind: 'edit';
  readonly contentType: string;
  readonly body: string;
}

/** Takes the message back, for good. Only from its author. It is a request: nobody can be made to forget. */
export interface RetractOperation extends OperationHead {
  readonly kind: 'retract';
}

/** Replaces what its author reacts with (XEP-0444): the whole set, and an empty one takes all back. From either side. */
export interface ReactOperation extends OperationHead {
  readonly kind: 'react';
  readonly emojis: readonly string[];
}

/** What happens to a message after it was sent. */
export type MessageOperation = EditOperation | RetractOperation | ReactOperation;

/** An operation for the wire. */
export type OutgoingOperation = MessageOperation & {
  /** Which try this is, from 1. */
  readonly attempt: number;
  /** For an edit: what its message replies to, for wires that replace the whole message. The edit does not change it. */
  readonly replyTo?: ReplyTarget;
};

/** An operation as the wire delivers it. */
export type IncomingOperation = MessageOperation & {
  /** Its author: the participant, or the local address for what another device of the local user did. */
  readonly sender: string;
  /** True for what comes from an archive or an offline store, not from the participant just now. */
  readonly fromHistory?: boolean;
  /** The author asks for these notifications about an edit or a retraction. Default: those that the wire carries. */
  readonly requestedReceipts?: { readonly delivered: boolean; readonly displayed: boolean };
};

/** What a wire can do with messages after they were sent. What is left out it cannot do. */
export interface OperationCapabilities {
  /** Edit `any` own message, or only the `last` one. */
  readonly edit?: 'any' | 'last';
  readonly retract?: boolean;
  /** React with `one` emoji at a time or `many`. */
  readonly react?: 'one' | 'many';
  /** Name the message that a new one replies to. */
  readonly reply?: boolean;
}
