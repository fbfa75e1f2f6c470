/** A message storage in memory. */

import * as sortedList from '../collections/sortedList.ts';
import type { SortedList } from '../collections/sortedList.ts';
import { type MessageRecord, PENDING_ORDER } from '../messages/messageRecord.ts';
import { compareSortKeys, type SortKey } from '../messages/sortKey.ts';
import { createTextMatcher } from '../messages/searchText.ts';
import { isReceiptPending, isWaiting } from '../messages/messageStatus.ts';
import { lookupIds } from '../messages/revisions.ts';
import type { ConversationMeta, MessageStorage, PendingOperation, StoredPage } from '../ports/storage.ts';
import { MAX_OPENED_RECEIPTS } from './limits.ts';

/** How many messages one step of a search looks at. */
const MAX_SEARCHED = 1_000;

interface Conversation {
  readonly byId: Map<string, MessageRecord>;
  /** The records sorted by order. */
  byOrder: SortedList<MessageRecord>;
  /** By all ids by which they are found. */
  readonly byMessageId: Map<string, Set<MessageRecord>>;
  readonly outbox: Set<MessageRecord>;
  readonly pendingReceipts: Set<MessageRecord>;
  readonly operations: Map<string, PendingOperation>;
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
      pendingReceipts: new Set(),
      operations: new Map(),
      meta: undefined,
    };
    conversations.set(key, created);
    return created;
  }

  return {
    async open(key, limit) {
      const { byOrder, outbox, pendingReceipts, operations, meta } = conversation(key);
      const page = pageBefore(byOrder, { order: PENDING_ORDER, id: '' }, limit);
      const pending = inOrder(pendingReceipts).slice(-MAX_OPENED_RECEIPTS);
      return structuredClone({
        ...page,
        outbox: inOrder(outbox),
        pendingReceipts: pending,
        operations: [...operations.values()],
        meta,
      });
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
      const { records, hasOlder, oldest } = pageBefore(conversation(key).byOrder, before, MAX_SEARCHED);
      const matches = records.toReversed().filter(createTextMatcher(text));
      return { matches: matches.map(keyOf), ...(hasOlder && oldest && { next: oldest }) };
    },
    async write(key, { put, add: additions = [], remove, meta, operations }) {
      const copies = structuredClone(put);
      const pending = structuredClone(operations?.put ?? []);
      const newcomers = structuredClone(additions);
      const target = conversation(key);
      for (const id of remove) take(target, id);
      for (const record of copies) {
        take(target, record.id);
        add(target, record);
      }
      for (const record of newcomers) if (!target.byId.has(record.id)) add(target, record);
      for (const id of operations?.remove ?? []) target.operations.delete(id);
      for (const each of pending) target.operations.set(each.operation.id, each);
      if (meta !== undefined) target.meta = { ...meta };
    },
  };
}

function add(conversation: Conversation, record: MessageRecord): void {
  const { byId, byMessageId, outbox, pendingReceipts } = conversation;
  byId.set(record.id, record);
  conversation.byOrder = sortedList.put(conversation.byOrder, record, compareSortKeys);
  for (const id of lookupIds(record)) byMessageId.set(id, (byMessageId.get(id) ?? new Set()).add(record));
  if (isWaiting(record)) outbox.add(record);
  if (isReceiptPending(record)) pendingReceipts.add(record);
}

function take(conversation: Conversation, id: string): void {
  const { byId, byMessageId, outbox, pendingReceipts } = conversation;
  const record = byId.get(id);
  if (record === undefined) return;
  byId.delete(id);
  conversation.byOrder = sortedList.remove(conversation.byOrder, (other) => compareSortKeys(other, record));
  for (const name of lookupIds(record)) {
    const namesakes = byMessageId.get(name);
    namesakes?.delete(record);
    if (namesakes?.size === 0) byMessageId.delete(name);
  }
  outbox.delete(record);
  pendingReceipts.delete(record);
}

function keyOf({ order, id }: SortKey): SortKey {
  return { order, id };
}

function inOrder(records: Iterable<MessageRecord>): MessageRecord[] {
  return Array.from(records).toSorted(compareSortKeys);
}

function pageBefore(
  records: SortedList<MessageRecord>,
  before: SortKey,
  limit: number,
): Omit<StoredPage, 'records'> & { readonly records: readonly MessageRecord[] } {
  const page: MessageRecord[] = [];
  let hasOlder = false;
  for (const record of sortedList.itemsBefore(records, (other) => compareSortKeys(other, before))) {
    hasOlder = page.length === limit;
    if (hasOlder) break;
    page.push(record);
  }
  page.reverse();
  const [first] = page;
  return { records: page, hasOlder, oldest: first && keyOf(first) };
}
