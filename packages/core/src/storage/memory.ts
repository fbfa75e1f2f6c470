/** A message storage in memory. */

import { type MessageRecord, PENDING_ORDER } from '../messages/messageRecord.ts';
import { compareSortKeys, type SortKey } from '../messages/sortKey.ts';
import { createTextMatcher } from '../messages/searchText.ts';
import { isWaiting } from '../messages/messageStatus.ts';
import { lookupIds } from '../messages/revisions.ts';
import type { ConversationMeta, MessageStorage, StoredPage } from '../ports/storage.ts';

/** How many messages one step of a search looks at. */
const MAX_SEARCHED = 1_000;

interface Conversation {
  readonly byId: Map<string, MessageRecord>;
  /** The records sorted by order. */
  readonly byOrder: MessageRecord[];
  /** By all ids by which they are found. */
  readonly byMessageId: Map<string, Set<MessageRecord>>;
  readonly outbox: Set<MessageRecord>;
  meta: ConversationMeta | undefined;
}

/**
 * A storage in memory, which flows of one page can share. It copies its input and output. It rejects only a write with
 * a value that cannot be cloned; the write then changes nothing.
 */
export function createMemoryStorage(): MessageStorage {
  const conversations = new Map<string, Conversation>();

  function conversation(key: string): Conversation {
    const known = conversations.get(key);
    if (known !== undefined) return known;
    const created: Conversation = {
      byId: new Map(),
      byOrder: [],
      byMessageId: new Map(),
      outbox: new Set(),
      meta: undefined,
    };
    conversations.set(key, created);
    return created;
  }

  return {
    async open(key, limit) {
      const { byOrder, outbox, meta } = conversation(key);
      const page = pageBefore(byOrder, { order: PENDING_ORDER, id: '' }, limit);
      return structuredClone({ ...page, outbox: inOrder(outbox), meta });
    },
    async loadBefore(key, before, limit) {
      return structuredClone(pageBefore(conversation(key).byOrder, before, limit));
    },
    async find(key, messageIds) {
      const { byMessageId } = conversation(key);
      const found = new Set(messageIds.flatMap((id) => [...(byMessageId.get(id) ?? [])]));
      return structuredClone(inOrder(found));
    },
    async search(key, text, before) {
      const { byOrder } = conversation(key);
      const matches = createTextMatcher(text);
      const end = firstFrom(byOrder, before);
      const start = Math.max(0, end - MAX_SEARCHED);
      const found = byOrder.slice(start, end).filter(matches).map(keyOf).toReversed();
      const first = byOrder[start];
      return { matches: found, ...(start > 0 && first && { next: keyOf(first) }) };
    },
    async write(key, { put, add: additions = [], remove, meta }) {
      const copies = structuredClone(put);
      const newcomers = structuredClone(additions);
      const target = conversation(key);
      for (const id of remove) take(target, id);
      for (const record of copies) {
        take(target, record.id);
        add(target, record);
      }
      for (const record of newcomers) if (!target.byId.has(record.id)) add(target, record);
      if (meta !== undefined) target.meta = { ...meta };
    },
  };
}

function add({ byId, byOrder, byMessageId, outbox }: Conversation, record: MessageRecord): void {
  byId.set(record.id, record);
  byOrder.splice(firstFrom(byOrder, record), 0, record);
  for (const id of lookupIds(record)) byMessageId.set(id, (byMessageId.get(id) ?? new Set()).add(record));
  if (isWaiting(record)) outbox.add(record);
}

function take({ byId, byOrder, byMessageId, outbox }: Conversation, id: string): void {
  const record = byId.get(id);
  if (record === undefined) return;
  byId.delete(id);
  byOrder.splice(firstFrom(byOrder, record), 1);
  for (const name of lookupIds(record)) {
    const namesakes = byMessageId.get(name);
    namesakes?.delete(record);
    if (namesakes?.size === 0) byMessageId.delete(name);
  }
  outbox.delete(record);
}

function keyOf({ order, id }: SortKey): SortKey {
  return { order, id };
}

function inOrder(records: Iterable<MessageRecord>): MessageRecord[] {
  return Array.from(records).toSorted(compareSortKeys);
}

function pageBefore(records: readonly MessageRecord[], before: SortKey, limit: number): StoredPage {
  const end = firstFrom(records, before);
  const start = Math.max(0, end - limit);
  const page = records.slice(start, end);
  const [first] = page;
  return { records: page, hasOlder: start > 0, oldest: first && { order: first.order, id: first.id } };
}

/** The index of the first record of this sort key or a later one. */
function firstFrom(records: readonly MessageRecord[], key: SortKey): number {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const record = records[middle];
    if (record !== undefined && compareSortKeys(record, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
