import type { DBSchema, IDBPDatabase } from 'idb';
import type { MessageRecord } from '../messages/messageRecord.ts';
import { isWaiting } from '../messages/messageStatus.ts';

/** The version of the schema below; a change of it needs a new number and a step in `upgradeSchema`. */
export const SCHEMA_VERSION = 1;

/** A message with the values that it is found by. The record itself is kept as it is. */
export interface MessageRow {
  readonly conversation: string;
  readonly id: string;
  readonly order: number;
  readonly messageId: string;
  /** The order again, for those that wait in the outbox: rows without it are not in that index. */
  readonly waiting?: number;
  readonly record: unknown;
}

export interface MessagesSchema extends DBSchema {
  messages: {
    key: [conversation: string, id: string];
    value: MessageRow;
    indexes: {
      order: [conversation: string, order: number];
      messageId: [conversation: string, messageId: string];
      waiting: [conversation: string, order: number];
    };
  };
  /** By conversation. */
  meta: { key: string; value: unknown };
}

export type MessagesDatabase = IDBPDatabase<MessagesSchema>;

export function upgradeSchema(database: MessagesDatabase, oldVersion: number): void {
  if (oldVersion >= 1) return;
  const messages = database.createObjectStore('messages', { keyPath: ['conversation', 'id'] });
  messages.createIndex('order', ['conversation', 'order']);
  messages.createIndex('messageId', ['conversation', 'messageId']);
  messages.createIndex('waiting', ['conversation', 'waiting']);
  database.createObjectStore('meta');
}

export function rowOf(conversation: string, record: MessageRecord): MessageRow {
  const { id, order, messageId } = record;
  return { conversation, id, order, messageId, ...(isWaiting(record) ? { waiting: order } : {}), record };
}
