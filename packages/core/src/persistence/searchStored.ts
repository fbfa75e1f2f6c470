import { PENDING_ORDER } from '../messages/messageRecord.ts';
import { createTextMatcher } from '../messages/searchText.ts';
import { compareSortKeys, type SortKey } from '../messages/sortKey.ts';
import type { MessageStorage, StoredMatches } from '../ports/storage.ts';

/** The number of messages that are read at a time from a storage without `search`: a few milliseconds of work. */
const MAX_SCANNED = 200;

/** Searches the next older part of the stored messages. A storage without `search` is read page by page. */
export async function searchStored(
  storage: MessageStorage | undefined,
  conversation: string,
  text: string,
  before: SortKey = { order: PENDING_ORDER, id: '' },
): Promise<StoredMatches> {
  if (!storage) return { matches: [] };
  const { matches, next } = storage.search
    ? await storage.search(conversation, text, before)
    : await scan(storage, conversation, text, before);
  return {
    matches: (matches as readonly unknown[]).filter(isSortKey).map(({ order, id }) => ({ order, id })),
    // Without this check, a cursor that does not move back would request the same part forever.
    ...(isSortKey(next) && compareSortKeys(next, before) < 0 && { next: { order: next.order, id: next.id } }),
  };
}

async function scan(
  storage: MessageStorage,
  conversation: string,
  text: string,
  before: SortKey,
): Promise<{ readonly matches: readonly unknown[]; readonly next: unknown }> {
  const { records, hasOlder, oldest } = await storage.loadBefore(conversation, before, MAX_SCANNED);
  const matches = records.filter(createTextMatcher(text)).toReversed();
  return { matches, next: hasOlder ? (oldest ?? records[0]) : undefined };
}

/** A storage of the application may return values that violate the types. */
function isSortKey(value: unknown): value is SortKey {
  const { order, id } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return typeof order === 'number' && typeof id === 'string';
}
