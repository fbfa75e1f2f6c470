/** The record of a message, which the application reads and the storage stores. */

import type { FrameSequence, MessageDeliveryFailure, ReplyTarget } from '../ports/transport.ts';

/**
 * The stages of an outgoing message: `queued` → `sending` → `sent` → `delivered` → `displayed`, with the ends `failed`
 * (it never left, or the transport refused it; it can be retried if `retryable`) and `undeliverable` (the other side
 * reported failure). A later stage is never left for an earlier one; only a retry takes `failed` back to `queued`.
 */
export type MessageStatus = 'queued' | 'sending' | 'sent' | 'delivered' | 'displayed' | 'failed' | 'undeliverable';

/** Own messages that the network has not accepted yet have orders from here up. */
export const PENDING_ORDER = 1e15;

/**
 * The greatest distance of an order from 0, and of the order of a waiting message from `PENDING_ORDER`. The engine
 * counts from 1, or from the time of day in ms (1.8e12 in 2026), and never reaches the limit; a stored order beyond it was
 * not written by the engine, and would leave no numbers for later messages.
 */
export const MAX_ORDER: number = PENDING_ORDER / 2;

/** Names one revision of a message: the original, an edit or a retraction. */
export interface RevisionName {
  /** Its id on the network, which receipts refer to: that of the operation, or of the message itself. */
  readonly id: string;
  /** Decides which revision is newer. 0 for a message that its author has not changed. */
  readonly sequence: number;
  /** When it was made or became known here, in ms since the epoch, by the local clock. */
  readonly at: number;
}

/** One revision of a message: its text and its status. */
export interface MessageRevision
  extends
    RevisionName,
    Pick<
      MessageRecord,
      'contentType' | 'body' | 'status' | 'attempts' | 'timestamps' | 'code' | 'retryable' | 'deliveryFailures'
    > {}

/** The reactions of one author. */
export interface MessageReaction {
  /** Address of the author. */
  readonly author: string;
  /** Without repetitions; empty if all were removed. Compare with `emojiKey`. */
  readonly emojis: readonly string[];
  /** The id of the operation that set them. */
  readonly id: string;
  readonly sequence: number;
  /** Of the local user: the earlier sets, oldest first, at most 5. The last one applies again if the network refuses this one. */
  readonly earlier?: readonly { readonly id: string; readonly emojis: readonly string[] }[];
}

/**
 * One message of a conversation. Read-only; a change creates a new record with the same id. An edited message shows its
 * newest revision: `body`, `contentType`, `status` and the fields of its delivery belong to that revision.
 */
export interface MessageRecord {
  /** Unique in the conversation, for keys and look-ups. Equal to `messageId` but for a reused id (see `conflict`). */
  readonly id: string;
  /** The id on the network, made by the sender. */
  readonly messageId: string;
  readonly direction: 'incoming' | 'outgoing';
  /** Address of the author. */
  readonly sender: string;
  readonly contentType: string;
  readonly body: string;
  /**
   * The sort key of the message, with the id where two orders are equal: the order of arrival, or of the transport. It
   * may be a fraction or negative, and it may grow when messages arrive between others. Own messages that still wait for the
   * transport have orders from `PENDING_ORDER` up, so they come last, in order of sending.
   */
  readonly order: number;
  /** When the engine accepted or received it, in ms since the epoch, by the local clock. */
  readonly at: number;
  /** Incoming: the sender's own time, a label only. */
  readonly sentAt?: number;
  /** Incoming: its place among the frames of its sender, if the transport carries it. */
  readonly frameSequence?: FrameSequence;
  /** Its position in the server's archive, if it has one. */
  readonly position?: string;

  /** Of outgoing messages; incoming ones are `delivered`. */
  readonly status: MessageStatus;
  /**
   * Outgoing: how often it was passed to the transport. Where there is a storage, the stored record counts an attempt
   * before it is made, so that after a crash a message with attempts may have left.
   */
  readonly attempts: number;
  /** When each stage was reached, in ms since the epoch, by the local clock. */
  readonly timestamps: { readonly [stage in MessageStatus]?: number };
  /**
   * Outgoing: it is held (`sendDelay`) until this time, in ms since the epoch, by the local clock. Absent as soon as it
   * may be sent, also where there is no connection then. The engine does not count the time down: a component that
   * shows it does.
   */
  readonly heldUntil?: number;
  /**
   * Outgoing: its file is not uploaded yet, so that it waits (`queued`) or the upload failed (`failed`). Texts behind it
   * are sent meanwhile.
   */
  readonly uploadPending?: true;
  /** For `failed` and `undeliverable`: a SIP response code (408 for a time-out). */
  readonly code?: number;
  /** For `failed`: whether a retry may succeed. */
  readonly retryable?: boolean;
  /** Recipients that a message did not reach. Empty unless `undeliverable`. */
  readonly deliveryFailures: readonly MessageDeliveryFailure[];

  /**
   * The current revision; absent: the original message. `isEdited` returns whether others may have seen a different
   * text. Incoming: `displayed` once the local user has seen this revision.
   */
  readonly revision?: RevisionName & { readonly displayed?: true };
  /** The earlier texts of an edited message, oldest first: the first text and the newest others, at most 20. */
  readonly earlierRevisions?: readonly MessageRevision[];
  /**
   * Its author retracted the message finally: the body is empty, and earlier texts are erased. `at`: when the retraction
   * became known here.
   */
  readonly retracted?: { readonly at: number };
  /** The newest reactions of each author who ever reacted. */
  readonly reactions?: readonly MessageReaction[];
  /** The message that it replies to. */
  readonly replyTo?: ReplyTarget;

  /** Incoming: whether its type is among the supported formats. */
  readonly isContentTypeSupported: boolean;
  /** The id was used before, by a different sender or for different content; the message is shown separately. */
  readonly conflict?: boolean;
  /**
   * Incoming: so far only read in the server's archive. `messageReceived` is raised once the transport delivers it.
   */
  readonly archived?: true;
  /** Incoming: false if the sender requests no displayed receipt. */
  readonly wantsDisplayed?: false;
  /** Incoming: whether its receipt is `owed` or `sent`. Absent: the sender requests none. */
  readonly receipt?: 'owed' | 'sent';
  /** Incoming, proxied mode: the outcome that the application reported. */
  readonly outcome?: 'success' | number;
}
