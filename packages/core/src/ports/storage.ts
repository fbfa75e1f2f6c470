/** The storage port: where an application keeps the messages of its conversations. */

import type { MessageRecord } from '../messages/messageRecord.ts';
import type { SortKey } from '../messages/sortKey.ts';
import type { IncomingOperation, MessageOperation } from './operations.ts';
import type { HistoryReceipt } from './transport.ts';

/** An operation of the local user that waits for the response of the transport. */
export interface PendingOperation {
  readonly operation: MessageOperation;
  /** The id of the record that it changes. */
  readonly recordId: string;
  /** Its place in the outbox: messages and operations are sent in this order. */
  readonly order: number;
}

/** The stored data of a conversation besides its messages. */
export interface ConversationMeta {
  /** Order of the last incoming message that the local user has displayed. */
  readonly displayedOrder?: number;
  /** Ids of displayed messages whose displayed receipts are not sent yet; the last 200. */
  readonly pendingReadReceipts?: readonly string[];
  /** Order of the last outgoing message that the participant has displayed (up-to notifications). */
  readonly remoteDisplayedOrder?: number;
  /** When that notification arrived, in ms since the epoch. */
  readonly remoteDisplayedAt?: number;
  /**
   * Waiting edits, retractions and reactions of the local user, by order: only where the storage returns no
   * {@link StoredConversation.operations}.
   */
  readonly pendingOperations?: readonly PendingOperation[];
  /** Operations whose messages are not known yet; the last 500. */
  readonly unmatchedOperations?: readonly IncomingOperation[];
  /** Receipts for own messages that are not known yet, oldest first; the last 1,000. */
  readonly unmatchedReceipts?: readonly HistoryReceipt[];
  /**
   * Order of the last message before which nothing is missing, while the messages after it are still to be read from
   * the server.
   */
  readonly gapAfterOrder?: number;
  /** The local user marked the conversation as unread. */
  readonly markedUnread?: true;
}

/** The stored part of a conversation that is loaded at the start. The engine validates its records. */
export interface StoredConversation {
  /**
   * The newest page of placed messages (orders below `PENDING_ORDER`), oldest first. Unchecked: the engine validates
   * each record.
   */
  readonly records: readonly unknown[];
  /** Outgoing messages, of any age, that still wait in the outbox (`queued` or `sending`), by order. */
  readonly outbox: readonly unknown[];
  /**
   * Received messages of any age with an owed receipt (`receipt` is `owed`), by order; of more than 1,000 the newest.
   * Default: each receipt is sent once the page of its message is loaded.
   */
  readonly pendingReceipts?: readonly unknown[];
  readonly meta: unknown;
  /**
   * The waiting edits, retractions and reactions of {@link StorageWrite.operations}, in any order. Default: the storage
   * keeps none, and all of them are part of the meta data, which are then written as a whole with each change of one.
   */
  readonly operations?: readonly unknown[] | undefined;
  readonly hasOlder: boolean;
  /** See {@link StoredPage.oldest}. */
  readonly oldest?: SortKey | undefined;
}

/** A page of stored messages. */
export interface StoredPage {
  /** Oldest first, by order and id. */
  readonly records: readonly unknown[];
  readonly hasOlder: boolean;
  /**
   * The sort key of the first record, from which the next older page is read. A storage that knows it independently of
   * the record returns it, so that a damaged record does not hide older ones. Default: that of the record.
   */
  readonly oldest?: SortKey | undefined;
}

/** The result of one step of a search. */
export interface StoredMatches {
  /** The messages that contain the text, newest first. */
  readonly matches: readonly SortKey[];
  /** The cursor of the next step, towards older messages. Absent: all messages have been searched. */
  readonly next?: SortKey;
}

/** Changes that are stored together or not at all. */
export interface StorageWrite {
  readonly put: readonly MessageRecord[];
  /** Messages to store unless their ids are stored already, for example by another tab. */
  readonly add?: readonly MessageRecord[];
  /** Ids of messages to remove. */
  readonly remove: readonly string[];
  /** Replaces the meta data. */
  readonly meta?: ConversationMeta;
  /**
   * Waiting edits, retractions and reactions to store, by the ids of their operations, and ids of those to remove. Only
   * for a storage whose `open` has returned {@link StoredConversation.operations}.
   */
  readonly operations?: { readonly put: readonly PendingOperation[]; readonly remove: readonly string[] };
}

/**
 * Where messages are kept. One storage serves many conversations, named by a key that the engine makes from both
 * addresses. Every method rejects when the storage refuses (private mode, quota); the engine then continues in memory.
 * A rejection with a FlowError `outdated` means that a newer version of the application has taken over the data: the
 * engine then sends no receipts, since it cannot store their messages, until a write succeeds.
 */
export interface MessageStorage {
  /** Reads the newest `limit` placed messages, the outbox, the waiting operations and the pending receipts. Must not read the whole conversation. */
  open(conversation: string, limit: number): Promise<StoredConversation>;
  /**
   * Reads the `limit` messages before a sort key: those of a lower order, and of the same order those whose ids are
   * lower by code units. No two messages have the same key, so that pages neither overlap nor leave one out.
   */
  loadBefore(conversation: string, before: SortKey, limit: number): Promise<StoredPage>;
  /**
   * All records that carry one of these ids, from any sender: as their message id, as the id of one of their revisions,
   * or as that of the message that they reply to. There may be a thousand ids after a reconnect.
   */
  find(conversation: string, messageIds: readonly string[]): Promise<readonly unknown[]>;
  /**
   * Searches messages before a sort key for a text, newest first, in steps: each call takes at most a few milliseconds,
   * and returns the cursor of the next one. `createTextMatcher` tests whether a record contains a text. Default: the
   * engine reads page by page with `loadBefore`.
   */
  search?(conversation: string, text: string, before: SortKey): Promise<StoredMatches>;
  /** Stores changes. Where calls overlap, which they do only after {@link onPageHide}, later ones win. */
  write(conversation: string, write: StorageWrite): Promise<void>;
  /**
   * Calls back when the page may close, and the storage with it: the engine then writes at once all changes that wait
   * for a running write or for the next attempt. Returns a function that unsubscribes. Default: these changes are lost
   * with the page.
   */
  onPageHide?(listener: () => void): () => void;
  /**
   * Calls back as soon as a newer version of the application takes over the data, so that a page without writes is
   * notified too. Returns a function that unsubscribes. Default: the next write rejects.
   */
  onOutdated?(listener: () => void): () => void;
}
