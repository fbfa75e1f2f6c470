/**
 * The search index of the IndexedDB storage: the folded texts of a conversation, many messages to a row. Reading a row
 * of a database costs the same whether it holds one text or two hundred, so that 100,000 texts are read in the time of
 * some hundred rows.
 */

import type { IDBPIndex, IDBPObjectStore, StoreNames } from 'idb';
import { foldText } from '../messages/foldText.ts';
import { foldedTextOf } from '../messages/searchText.ts';
import { compareSortKeys, type SortKey } from '../messages/sortKey.ts';
import type { StoredMatches } from '../ports/storage.ts';
import type { MessagesSchema, TextBlock } from './indexedDbSchema.ts';

type Stores = StoreNames<MessagesSchema>[];
type ReadableTexts = IDBPObjectStore<MessagesSchema, Stores, 'texts', IDBTransactionMode>;
type WritableTexts = IDBPObjectStore<MessagesSchema, Stores, 'texts', 'readwrite' | 'versionchange'>;
type OrderIndex = IDBPIndex<MessagesSchema, Stores, 'messages', 'order', 'versionchange'>;

/** How large a block may become, in UTF-16 code units of texts and ids. One message may be larger alone. */
const MAX_BLOCK = 16_384;
/** How many blocks one step of a search reads: a few milliseconds of work. */
const MAX_SEARCHED = 32;
/** How many texts are added at a time while the index is built for the messages of an earlier version. */
const MAX_ADDED = 1_000;

/** A text that is added, changed or, where it is empty, removed. */
export interface TextChange {
  readonly key: SortKey;
  /** As `foldedTextOf` returns it: without line breaks. */
  readonly text: string;
}

interface Entry extends SortKey {
  readonly text: string;
}

/** A block while it is changed. It covers the keys from its first message to the first one of the next block. */
interface OpenBlock {
  /** The key of its row; absent for a new block. */
  readonly start: SortKey | undefined;
  readonly end: SortKey | undefined;
  readonly entries: Entry[];
}

/** Searches the blocks before a sort key, newest first; one step of `MessageStorage.search`. */
export async function searchTexts(
  store: ReadableTexts,
  conversation: string,
  text: string,
  before: SortKey,
): Promise<StoredMatches> {
  const wanted = foldText(text.trim());
  if (wanted === '') return { matches: [] };
  const range = IDBKeyRange.bound([conversation], [conversation, before.order, before.id], false, true);
  const cursor = await store.openKeyCursor(range, 'prev');
  if (!cursor) return { matches: [] };
  const newest = cursor.primaryKey;
  const oldest = (await cursor.advance(MAX_SEARCHED - 1))?.primaryKey;
  const blocks = await store.getAll(IDBKeyRange.bound(oldest ?? [conversation], newest));
  const matches = blocks
    .filter(({ texts }) => texts.includes(wanted))
    .flatMap((block) => entriesOf(block).filter((entry) => entry.text.includes(wanted)))
    .filter((entry) => compareSortKeys(entry, before) < 0)
    .map(({ order, id }) => ({ order, id }))
    .toReversed();
  return { matches, ...(oldest && { next: { order: oldest[1], id: oldest[2] } }) };
}

/** Brings the index up to date. No two changes have the same key. */
export async function updateTexts(
  store: WritableTexts,
  conversation: string,
  changes: readonly TextChange[],
): Promise<void> {
  let block: OpenBlock | undefined;
  for (const { key, text } of changes.toSorted((one, two) => compareSortKeys(one.key, two.key))) {
    if (!block || (block.end && compareSortKeys(key, block.end) >= 0)) {
      if (block) await writeBlock(store, conversation, block);
      block = await readBlock(store, conversation, key);
    }
    setEntry(block.entries, { order: key.order, id: key.id, text });
  }
  if (block) await writeBlock(store, conversation, block);
}

/** Indexes all messages of the database. */
export async function indexTexts(store: WritableTexts, messages: OrderIndex): Promise<void> {
  let conversation = '';
  let changes: TextChange[] = [];
  for (let cursor = await messages.openCursor(); cursor !== null; cursor = await cursor.continue()) {
    const row = cursor.value;
    if (row.conversation !== conversation || changes.length === MAX_ADDED) {
      await updateTexts(store, conversation, changes);
      [conversation, changes] = [row.conversation, []];
    }
    const text = foldedTextOf(row.record);
    if (text !== '') changes.push({ key: row, text });
  }
  await updateTexts(store, conversation, changes);
}

/** The block that covers a key: the last one that begins at it or before it, else the first one. */
async function readBlock(store: WritableTexts, conversation: string, { order, id }: SortKey): Promise<OpenBlock> {
  const all = IDBKeyRange.bound([conversation], [conversation, []]);
  const cursor = await store.openCursor(IDBKeyRange.bound([conversation], [conversation, order, id]), 'prev');
  const block = cursor?.value ?? (await store.get(all));
  if (!block) return { start: undefined, end: undefined, entries: [] };
  const after = IDBKeyRange.bound([conversation, block.order, block.id], [conversation, []], true);
  const end = await store.getKey(after);
  return {
    start: { order: block.order, id: block.id },
    end: end && { order: end[1], id: end[2] },
    entries: entriesOf(block),
  };
}

async function writeBlock(
  store: WritableTexts,
  conversation: string,
  { start, entries }: Pick<OpenBlock, 'start' | 'entries'>,
): Promise<void> {
  const [first] = entries;
  const work: Promise<unknown>[] = [];
  // The key of a row is that of its first message.
  if (start && (!first || compareSortKeys(start, first) !== 0)) {
    work.push(store.delete([conversation, start.order, start.id]));
  }
  for (const part of cut(entries)) work.push(store.put(blockOf(conversation, part)));
  await Promise.all(work);
}

/** Sorted entries with one added, replaced or removed. The last place, the usual one, is found at once. */
function setEntry(entries: Entry[], entry: Entry): void {
  const before = entries.findLastIndex((other) => compareSortKeys(other, entry) < 0);
  const next = entries[before + 1];
  const isThere = next !== undefined && compareSortKeys(next, entry) === 0;
  entries.splice(before + 1, isThere ? 1 : 0, ...(entry.text === '' ? [] : [entry]));
}

/** A block that has become too large is split into halves, so that each has room for later texts. */
function cut(entries: readonly Entry[]): Entry[][] {
  const total = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  const most = total > MAX_BLOCK ? MAX_BLOCK / 2 : MAX_BLOCK;
  const parts: Entry[][] = [];
  let size = Infinity;
  for (const entry of entries) {
    if (size + sizeOf(entry) > most) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)?.push(entry);
    size += sizeOf(entry);
  }
  return parts;
}

function sizeOf({ id, text }: Entry): number {
  return id.length + text.length;
}

function blockOf(conversation: string, entries: readonly Entry[]): TextBlock {
  const [first = { order: 0, id: '' }] = entries;
  return {
    conversation,
    order: first.order,
    id: first.id,
    orders: entries.map(({ order }) => order),
    ids: entries.map(({ id }) => id),
    texts: entries.map(({ text }) => text).join('\n'),
  };
}

function entriesOf({ orders, ids, texts }: TextBlock): Entry[] {
  const lines = texts.split('\n');
  return orders.map((order, index) => ({ order, id: ids[index] ?? '', text: lines[index] ?? '' }));
}
