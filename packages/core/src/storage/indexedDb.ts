/** A message storage in the browser's IndexedDB. */

import type { IDBPCursor, IDBPIndex, IDBPObjectStore, StoreNames } from 'idb';
import { FlowError } from '../errors/FlowError.ts';
import { type MessageRecord, PENDING_ORDER } from '../messages/messageRecord.ts';
import { compareSortKeys, type SortKey } from '../messages/sortKey.ts';
import { foldedTextOf } from '../messages/searchText.ts';
import type { MessageStorage, StorageWrite, StoredConversation, StoredPage } from '../ports/storage.ts';
import { createDatabaseConnection } from './indexedDbConnection.ts';
import {
  abort,
  linkKey,
  type MessageRow,
  type MessagesDatabase,
  type MessagesSchema,
  rowOf,
} from './indexedDbSchema.ts';
import { createOutboxJournal, isRecord } from './outboxJournal.ts';
import { restoredWrite } from './restoreOutbox.ts';
import { MAX_OPENED_RECEIPTS } from './limits.ts';
import { searchTexts, type TextChange, updateTexts } from './indexedDbTexts.ts';

type WritableMessages = IDBPObjectStore<MessagesSchema, StoreNames<MessagesSchema>[], 'messages', 'readwrite'>;
type KeyCursor = IDBPCursor<MessagesSchema, StoreNames<MessagesSchema>[], 'messages', 'order'>;
/** The rows of the messages that a write names, by id. */
type StoredRows = ReadonlyMap<string, MessageRow | undefined>;
type ReceiptIndex = IDBPIndex<MessagesSchema, StoreNames<MessagesSchema>[], 'messages', 'receipt'>;
type OrderIndex = IDBPIndex<MessagesSchema, StoreNames<MessagesSchema>[], 'messages', 'order'>;

/** Options of the IndexedDB storage. */
export interface IndexedDbStorageOptions {
  /** Name of the database. Default `imflow`. */
  readonly name?: string;
}

/**
 * A storage that lasts over reloads, in the browser's IndexedDB. Tabs of one origin share it by its name. It opens the
 * database when it is first used; reading a page costs the same however long the conversation is.
 *
 * Its methods reject with a FlowError `storage`, whose message distinguishes a full disk, a browser that allows no
 * database, an older tab that blocks an upgrade, and other failures; and with `outdated` where a newer version of the
 * application has upgraded the database. Each later call tries again.
 *
 * Messages, edits, retractions, discards and reactions that are not stored when the page closes wait in `localStorage`,
 * under keys that begin with `imflow-outbox:`, until the conversation is opened again.
 * @throws FlowError `invalid-argument` for an empty name.
 */
export function createIndexedDbStorage(options: IndexedDbStorageOptions = {}): MessageStorage {
  const { name = 'imflow' } = options;
  if (typeof name !== 'string' || name === '') {
    throw new FlowError('invalid-argument', 'name must be a non-empty string.');
  }
  const connection = createDatabaseConnection(name);
  const journal = createOutboxJournal(name);

  async function write(conversation: string, changes: StorageWrite): Promise<void> {
    await connection.run('write', (database) => writeAll(database, conversation, changes, () => changes));
    if (changes.remove.length > 0) journal.remove(conversation, changes.remove);
  }

  /** Stores the journals of closed pages. */
  async function restore(conversation: string): Promise<void> {
    const { changes, forget } = journal.read(conversation);
    if (changes.length === 0) return;
    for (const each of changes) {
      const resolve = (stored: StoredRows): StorageWrite => restoredWrite(each, (id) => recordOf(stored.get(id)));
      await connection.run('write', (database) => writeAll(database, conversation, each, resolve));
    }
    forget();
  }

  return {
    async open(conversation, limit) {
      // Changes that cannot be stored now stay in the journal.
      await restore(conversation).catch(() => {});
      return connection.run('read', (database) => readNewest(database, conversation, limit));
    },
    loadBefore: (conversation, before, limit) =>
      connection.run('read', (database) => {
        const { store } = database.transaction('messages');
        return readPage(store.index('order'), conversation, before, limit);
      }),
    find: (conversation, messageIds) =>
      connection.run('read', async (database) => {
        const { store } = database.transaction('messages');
        const [own, links] = [store.index('messageId'), store.index('links')];
        const found = await Promise.all(
          messageIds.flatMap((id) => [own.getAll([conversation, id]), links.getAll(linkKey(conversation, id))]),
        );
        const rows = new Map(found.flat().map((row) => [row.id, row]));
        return recordsOf([...rows.values()]);
      }),
    search: (conversation, text, before) =>
      connection.run('read', (database) =>
        searchTexts(database.transaction('texts').store, conversation, text, before),
      ),
    write: (conversation, changes) => journal.guard(conversation, changes, () => write(conversation, changes)),
    onPageHide: journal.onPageHide,
    onOutdated: connection.onOutdated,
  };
}

async function readNewest(
  database: MessagesDatabase,
  conversation: string,
  limit: number,
): Promise<StoredConversation> {
  const transaction = database.transaction(['messages', 'operations', 'meta']);
  const messages = transaction.objectStore('messages');
  const [page, outbox, pendingReceipts, operations, meta] = await Promise.all([
    readPage(messages.index('order'), conversation, { order: PENDING_ORDER, id: '' }, limit),
    messages.index('waiting').getAll(all(conversation)),
    readPendingReceipts(messages.index('receipt'), conversation),
    transaction.objectStore('operations').getAll(all(conversation)),
    transaction.objectStore('meta').get(conversation),
  ]);
  return {
    ...page,
    outbox: recordsOf(outbox),
    pendingReceipts,
    operations: operations.map(({ pending }) => pending),
    meta,
  };
}

/** The newest messages with an owed receipt. The index has all received messages, by their receipts. */
async function readPendingReceipts(index: ReceiptIndex, conversation: string): Promise<unknown[]> {
  const owed = IDBKeyRange.bound([conversation, 'owed'], [conversation, 'owed', []]);
  const cursor = await index.openKeyCursor(owed, 'prev');
  if (!cursor) return [];
  const oldest = await cursor.advance(MAX_OPENED_RECEIPTS - 1);
  const rows = await index.getAll(oldest ? IDBKeyRange.bound(oldest.key, [conversation, 'owed', []]) : owed);
  return recordsOf(rows.slice(-MAX_OPENED_RECEIPTS));
}

/**
 * The last `limit` messages before a sort key. A key cursor skips to where the page begins, and past it. Rows of one
 * order follow each other by their primary keys, that is by id.
 */
async function readPage(index: OrderIndex, conversation: string, before: SortKey, limit: number): Promise<StoredPage> {
  const range = IDBKeyRange.bound([conversation], [conversation, before.order]);
  const first = await index.openKeyCursor(range, 'prev');
  const cursor = first && (await skipTo(first, conversation, before));
  if (!cursor) return { records: [], hasOlder: false };
  const newest = keyAt(cursor);
  const isComplete = limit === 1 || (await cursor.advance(limit - 1)) !== null;
  const oldest = isComplete ? keyAt(cursor) : undefined;
  const hasOlder = isComplete && (await cursor.advance(1)) !== null;
  const from = oldest === undefined ? [conversation] : [conversation, oldest.order];
  const rows = await index.getAll(IDBKeyRange.bound(from, [conversation, newest.order]));
  const page = rows.filter(
    (row) => compareSortKeys(row, newest) <= 0 && (oldest === undefined || compareSortKeys(row, oldest) >= 0),
  );
  const [start] = page;
  return { records: recordsOf(page), hasOlder, oldest: start && { order: start.order, id: start.id } };
}

/** Takes a cursor, which moves to lower keys, to the first row before a sort key. */
async function skipTo(cursor: KeyCursor, conversation: string, before: SortKey): Promise<KeyCursor | null> {
  let current: KeyCursor | null = cursor;
  if (compareSortKeys(keyAt(current), before) > 0) {
    current = await current.continuePrimaryKey([conversation, before.order], [conversation, before.id]);
  }
  return current !== null && compareSortKeys(keyAt(current), before) === 0 ? current.continue() : current;
}

function keyAt({ key: [, order], primaryKey: [, id] }: KeyCursor): SortKey {
  return { order, id };
}

/**
 * Writes all or nothing.
 * @param resolve returns the write for the stored records, of no messages but those in `named`.
 */
async function writeAll(
  database: MessagesDatabase,
  conversation: string,
  named: Pick<StorageWrite, 'put' | 'add' | 'remove'>,
  resolve: (stored: StoredRows) => StorageWrite,
): Promise<void> {
  // Strict: a finished write is on the disk, not only in the system. A delivery notification is sent once its message is
  // stored, so a power cut must not take the message back; writes are few and each is one transaction.
  const transaction = database.transaction(['messages', 'texts', 'operations', 'meta'], 'readwrite', {
    durability: 'strict',
  });
  const messages = transaction.objectStore('messages');
  const work: Promise<unknown>[] = [transaction.done];
  try {
    const stored = await readStored(messages, conversation, named);
    const changes = resolve(stored);
    if (changes.meta !== undefined) work.push(transaction.objectStore('meta').put(changes.meta, conversation));
    const operations = transaction.objectStore('operations');
    for (const id of changes.operations?.remove ?? []) work.push(operations.delete([conversation, id]));
    for (const pending of changes.operations?.put ?? []) {
      work.push(operations.put({ conversation, id: pending.operation.id, pending }));
    }
    const final = finalRecords(stored, changes);
    for (const [id, record] of final) {
      work.push(record ? messages.put(rowOf(conversation, record)) : messages.delete([conversation, id]));
    }
    work.push(updateTexts(transaction.objectStore('texts'), conversation, textChanges(stored, final)));
    await Promise.all(work);
  } catch (error) {
    // A value that cannot be stored is detected after others were written.
    abort(transaction);
    await Promise.allSettled(work);
    throw error;
  }
}

/** The current rows of all messages that a write names. */
async function readStored(
  messages: WritableMessages,
  conversation: string,
  { put, add = [], remove }: Pick<StorageWrite, 'put' | 'add' | 'remove'>,
): Promise<StoredRows> {
  const ids = new Set([...remove, ...put.map(({ id }) => id), ...add.map(({ id }) => id)]);
  return new Map(
    await Promise.all(Array.from(ids, async (id) => [id, await messages.get([conversation, id])] as const)),
  );
}

/** The record after a write of each message that it changes. Undefined: removed. */
function finalRecords(
  stored: StoredRows,
  { put, add = [], remove }: StorageWrite,
): ReadonlyMap<string, MessageRecord | undefined> {
  const final = new Map<string, MessageRecord | undefined>(remove.map((id) => [id, undefined]));
  for (const record of put) final.set(record.id, record);
  for (const record of add) {
    const { id } = record;
    const isThere = final.has(id) ? final.get(id) : stored.get(id);
    if (isThere === undefined) final.set(id, record);
  }
  return final;
}

/** The changes of a write in the search index: none where messages only change their status. */
function textChanges(stored: StoredRows, final: ReadonlyMap<string, MessageRecord | undefined>): TextChange[] {
  const changes: TextChange[] = [];
  for (const [id, record] of final) {
    const row = stored.get(id);
    const [before, after] = [foldedTextOf(row?.record), foldedTextOf(record)];
    const hasMoved = row?.order !== record?.order;
    if (row && before !== '' && (hasMoved || after === '')) changes.push({ key: row, text: '' });
    if (record && after !== '' && (hasMoved || before !== after)) changes.push({ key: record, text: after });
  }
  return changes;
}

function recordOf(row: MessageRow | undefined): MessageRecord | undefined {
  return isRecord(row?.record) ? row.record : undefined;
}

function recordsOf(rows: readonly MessageRow[]): unknown[] {
  return rows.map((row) => row.record);
}

/** All keys that begin with the conversation: an array that is a prefix sorts first, and arrays sort after all else. */
function all(conversation: string): IDBKeyRange {
  return IDBKeyRange.bound([conversation], [conversation, []]);
}
