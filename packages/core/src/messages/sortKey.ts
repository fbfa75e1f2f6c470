import type { MessageRecord } from './messageRecord.ts';

/** What messages are sorted by: the order, and the id where two orders are equal. No two messages have the same. */
export type SortKey = Pick<MessageRecord, 'order' | 'id'>;

/** Negative where `one` comes first, positive where `two` does, 0 for the same message. Ids compare by code units. */
export function compareSortKeys(one: SortKey, two: SortKey): number {
  if (one.order !== two.order) return one.order < two.order ? -1 : 1;
  if (one.id === two.id) return 0;
  return one.id < two.id ? -1 : 1;
}
