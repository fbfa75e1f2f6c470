/** The object stores and indexes of the database, and its upgrades. */

import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from 'idb';
import type { MessageRecord } from '../messages/messageRecord.ts';
import { isWaiting } from '../messages/messageStatus.ts';
import { lookupIds } from '../messages/revisions.ts';
import type { SortKey } from '../messages/sortKey.ts';
import { indexTexts } from './indexedDbTexts.ts';

/** The version of the schema below; a change of it needs a new number and a step in `upgradeSchema`. */
export const SCHEMA_VERSION = 5;

/** A stored message with its index keys. The record is stored unchanged. */
export interface MessageRow {
  readonly conversation: string;
  readonly id: string;
  readonly order: number;
  readonly messageId: string;
  /** The order of a message that waits in the outbox; rows without this key are not in the index of the outbox. */
  readonly waiting?: number;
  /** Other ids that find it, each after its conversation: those of edits, and of its reply target. */
  readonly links?: readonly string[];
  readonly record: unknown;
}

/** The folded texts of messages that follow each other, without those that have none. */
export interface TextBlock extends SortKey {
  readonly conversation: string;
  /** The sort keys of the messages; the first one is that of the block. */
  readonly orders: readonly number[];
  readonly ids: readonly string[];
  /** Their texts, each on a line. */
  readonly texts: string;
}

/** A waiting operation with its key. */
export interface OperationRow {
  readonly conversation: string;
  readonly id: string;
  readonly pending: unknown;
}

export interface MessagesSchema extends DBSchema {
  messages: {
    key: [conversation: string, id: string];
    value: MessageRow;
    indexes: {
      order: [conversation: string, order: number];
      messageId: [conversation: string, messageId: string];
      waiting: [conversation: string, order: number];
      links: string;
      receipt: [conversation: string, receipt: NonNullable<MessageRecord['receipt']>, order: number];
    };
  };
  texts: { key: [conversation: string, order: number, id: string]; value: TextBlock };
  operations: { key: [conversation: string, id: string]; value: OperationRow };
  /** By conversation. */
  meta: { key: string; value: unknown };
}

export type MessagesDatabase = IDBPDatabase<MessagesSchema>;

export function upgradeSchema(
  database: MessagesDatabase,
  oldVersion: number,
  _newVersion: number | null,
  transaction: IDBPTransaction<MessagesSchema, StoreNames<MessagesSchema>[], 'versionchange'>,
): void {
  if (oldVersion < 1) {
    const created = database.createObjectStore('messages', { keyPath: ['conversation', 'id'] });
    created.createIndex('order', ['conversation', 'order']);
    created.createIndex('messageId', ['conversation', 'messageId']);
    created.createIndex('waiting', ['conversation', 'waiting']);
    database.createObjectStore('meta');
  }
  // Rows of version 1 have no links: it had no edits and replies.
  if (oldVersion < 2) transaction.objectStore('messages').createIndex('links', 'links', { multiEntry: true });
  if (oldVersion < 3) {
    const texts = database.createObjectStore('texts', { keyPath: ['conversation', 'order', 'id'] });
    // The database opens once the messages are indexed, or fails to open together with the transaction.
    indexTexts(texts, transaction.objectStore('messages').index('order')).catch(() => abort(transaction));
  }
  // By a path into the record, so that existing rows need no change.
  if (oldVersion < 4) {
    transaction.objectStore('messages').createIndex('receipt', ['conversation', 'record.receipt', 'order']);
  }
  // Operations of earlier versions are part of the meta data, until the engine writes the meta data again.
  if (oldVersion < 5) database.createObjectStore('operations', { keyPath: ['conversation', 'id'] });
}

/** Undoes a transaction, unless it is over already. */
export function abort(transaction: { abort(): void }): void {
  try {
    transaction.abort();
  } catch {
    // The transaction failed on its own.
  }
}

export function rowOf(conversation: string, record: MessageRecord): MessageRow {
  const { id, order, messageId } = record;
  const links = [...lookupIds(record)].filter((link) => link !== messageId).map((link) => linkKey(conversation, link));
  return {
    conversation,
    id,
    order,
    messageId,
    ...(isWaiting(record) ? { waiting: order } : {}),
    ...(links.length > 0 ? { links } : {}),
    record,
  };
}

/** The key of a link: an index of several entries a row takes no compound keys. */
export function linkKey(conversation: string, id: string): string {
  return JSON.stringify([conversation, id]);
}
