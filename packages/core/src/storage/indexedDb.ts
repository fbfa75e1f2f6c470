/** A message storage in the browser's IndexedDB. */

import type { IDBPCursor, IDBPIndex, IDBPObjectStore, StoreNames } from 'idb';
import { FlowError } from '../errors/FlowError.ts';
import { PENDING_ORDER } from '../messages/messageRecord.ts';
import { compareSortKeys, type SortKey } from '../messages/sortKey.ts';
import { createTextMatcher } from '../messages/searchText.ts';
import type { MessageStorage, StorageWrite, StoredConversation, StoredPage } from '../ports/storage.ts';
import { createDatabaseConnection } from './indexedDbConnection.ts';
import { linkKey, type MessageRow, type MessagesDatabase, type MessagesSchema, rowOf } from './indexedDbSchema.ts';

type WritableMessages = IDBPObjectStore<MessagesSchema, StoreNames<MessagesSchema>[], 'messages', 'readwrite'>;
type KeyCursor = IDBPCursor<MessagesSchema, StoreNames<MessagesSchema>[], 'messages', 'order'>;
type OrderIndex = IDBPIndex<MessagesSchema, StoreNames<MessagesSchema>[], 'messages', 'order'>;

/** How many messages one step of a search reads: what takes some milliseconds. */
const MAX_SEARCHED = 500;

/** Which database it is. */
export interface IndexedDbStorageOptions {
  /** Name of the database. Default `imflow`. */
  readonly name?: string;
}

/**
 * A storage that lasts over reloads, in the browser's IndexedDB. Tabs of one origin share it by its name. It opens the
 * database when it is first used; reading a page costs the same however long the conversation is.
 *
 * Its methods reject with a FlowError `storage` that tells a full disk from a browser that allows no database, an
 * older tab that blocks the way, and other failures; and with `outdated` where a newer version of the application has
 * upgraded the database. Each later call tries again.
 * @throws FlowError `invalid-argument` for an empty name.
 */
export function createIndexedDbStorage(options: IndexedDbStorageOptions = {}): MessageStorage {
  const { name = 'imflow' } = options;
  if (typeof name !== 'string' || name === '') {
    throw new FlowError('invalid-argument', 'name must be a non-empty string.');
  }
  const connection = createDatabaseConnection(name);
  return {
    open: (conversation, limit) => connection.run('read', (database) => readNewest(database, conversation, limit)),
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
      connection.run('read', async (database) => {
        const { store } = database.transaction('messages');
        const page = await readRows(store.index('order'), conversation, before, MAX_SEARCHED);
        const matches = createTextMatcher(text);
        const found = page.rows
          .filter(({ record }) => matches(record))
          .map(sortKeyOf)
          .toReversed();
        return { matches: found, ...(page.hasOlder && page.oldest && { next: page.oldest }) };
      }),
    write: (conversation, changes) => connection.run('write', (database) => writeAll(database, conversation, changes)),
    onOutdated: connection.onOutdated,
  };
}

async function readNewest(
  database: MessagesDatabase,
  conversation: string,
  limit: number,
): Promise<StoredConversation> {
  const transaction = database.transaction(['messages', 'meta']);
  const messages = transaction.objectStore('messages');
  const [page, outbox, meta] = await Promise.all([
    readPage(messages.index('order'), conversation, { order: PENDING_ORDER, id: '' }, limit),
    messages.index('waiting').getAll(all(conversation)),
    transaction.objectStore('meta').get(conversation),
  ]);
  return { ...page, outbox: recordsOf(outbox), meta };
}

/**
 * The last `limit` messages before a sort key. A key cursor skips to where the page begins, and past it. Rows of one
 * order follow each other by their primary keys, that is by id.
 */
async function readPage(index: OrderIndex, conversation: string, before: SortKey, limit: number): Promise<StoredPage> {
  const { rows, ...page } = await readRows(index, conversation, before, limit);
  return { records: recordsOf(rows), ...page };
}

async function readRows(
  index: OrderIndex,
  conversation: string,
  before: SortKey,
  limit: number,
): Promise<Omit<StoredPage, 'records'> & { readonly rows: readonly MessageRow[] }> {
  const range = IDBKeyRange.bound([conversation], [conversation, before.order]);
  const first = await index.openKeyCursor(range, 'prev');
  const cursor = first && (await skipTo(first, conversation, before));
  if (!cursor) return { rows: [], hasOlder: false };
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
  return { rows: page, hasOlder, oldest: start && sortKeyOf(start) };
}

/** Takes a cursor, which moves to lower keys, to the first row before a sort key. */
async function skipTo(cursor: KeyCursor, conversation: string, before: SortKey): Promise<KeyCursor | null> {
  let current: KeyCursor | null = cursor;
  if (compareSortKeys(keyAt(current), before) > 0) {
    current = await current.continuePrimaryKey([conversation, before.order], [conversation, before.id]);
  }
  return current !== null && compareSortKeys(keyAt(current), before) === 0 ? current.continue() : current;
}

function sortKeyOf({ order, id }: SortKey): SortKey {
  return { order, id };
}

function keyAt({ key: [, order], primaryKey: [, id] }: KeyCursor): SortKey {
  return { order, id };
}

/** Writes all or nothing. */
async function writeAll(database: MessagesDatabase, conversation: string, changes: StorageWrite): Promise<void> {
  // Strict: done means on the disk, not only handed to the system. A delivery notification goes out once its message is
  // stored, so a power cut must not take the message back; writes are few and each is one transaction.
  const transaction = database.transaction(['messages', 'meta'], 'readwrite', { durability: 'strict' });
  const messages = transaction.objectStore('messages');
  const work: Promise<unknown>[] = [transaction.done];
  try {
    for (const id of changes.remove) work.push(messages.delete([conversation, id]));
    for (const record of changes.put) work.push(messages.put(rowOf(conversation, record)));
    for (const record of changes.add ?? []) work.push(addUnlessStored(messages, rowOf(conversation, record)));
    if (changes.meta !== undefined) work.push(transaction.objectStore('meta').put(changes.meta, conversation));
    await Promise.all(work);
  } catch (error) {
    // A value that cannot be stored is found out after others went in.
    abort(transaction);
    await Promise.allSettled(work);
    throw error;
  }
}

/** Undoes a transaction, unless it is over already. */
function abort(transaction: { abort(): void }): void {
  try {
    transaction.abort();
  } catch {
    // The transaction failed on its own.
  }
}

async function addUnlessStored(messages: WritableMessages, row: MessageRow): Promise<void> {
  const stored = await messages.getKey([row.conversation, row.id]);
  if (stored === undefined) await messages.add(row);
}

function recordsOf(rows: readonly MessageRow[]): unknown[] {
  return rows.map((row) => row.record);
}

/** All keys that begin with the conversation: an array that is a prefix sorts first, and arrays sort after all else. */
function all(conversation: string): IDBKeyRange {
  return IDBKeyRange.bound([conversation], [conversation, []]);
}
