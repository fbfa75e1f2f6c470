/** Edits, retractions and reactions, in the form that transports carry. */

import type { ReplyTarget } from './transport.ts';

/** The fields that all operations have. */
interface OperationHead {
  /** Its own id, made by its author: notifications and `Channel.acknowledge` name it. */
  readonly id: string;
  /** The id of the message that it changes: always that of the message, never that of an earlier operation. */
  readonly target: string;
  /**
   * Rises with each operation of one author on one message; the highest one counts. The engine uses the time of day in
   * ms, or one more than the last. A transport that cannot carry it sets the time at which the operation was sent.
   */
  readonly sequence: number;
}

/** An edit: replaces the whole text. Only the author of the message may edit it. */
export interface EditOperation extends OperationHead {
  readonly kind: 'edit';
  readonly contentType: string;
  readonly body: string;
}

/**
 * A retraction: deletes the message, finally. Only its author may retract it. It is a request: the other side may have
 * kept the text.
 */
export interface RetractOperation extends OperationHead {
  readonly kind: 'retract';
}

/** Reactions (XEP-0444): replaces the whole set of its author; an empty one removes all. Both sides may react. */
export interface ReactOperation extends OperationHead {
  readonly kind: 'react';
  readonly emojis: readonly string[];
}

/** An operation on a message that was sent: an edit, a retraction or reactions. */
export type MessageOperation = EditOperation | RetractOperation | ReactOperation;

/** An operation to send. */
export type OutgoingOperation = MessageOperation & {
  /** The number of this attempt, from 1. */
  readonly attempt: number;
  /**
   * For an edit: the reply target of its message, for protocols that replace the whole message. The edit does not
   * change it.
   */
  readonly replyTo?: ReplyTarget;
};

/** A received operation. */
export type IncomingOperation = MessageOperation & {
  /** Its author: the participant, or the local address for an operation of another device of the local user. */
  readonly sender: string;
  /** True for an operation from an archive or an offline store; false for a live one. */
  readonly fromHistory?: boolean;
  /**
   * The notifications that the author requests for an edit or a retraction. Default: those that the transport supports.
   */
  readonly requestedReceipts?: { readonly delivered: boolean; readonly displayed: boolean };
};

/** The operations that a transport supports. An absent one is not supported. */
export interface OperationCapabilities {
  /** Edit `any` own message, or only the `last` one. */
  readonly edit?: 'any' | 'last';
  readonly retract?: boolean;
  /** React with `one` emoji at a time or `many`. */
  readonly react?: 'one' | 'many';
  /** A new message can name the message that it replies to. */
  readonly reply?: boolean;
}
