import type { MessageRecord } from './messageRecord.ts';

/** The sort key of a message: its order, then its id. It is unique. */
export type SortKey = Pick<MessageRecord, 'order' | 'id'>;

/** Negative where `one` comes first, positive where `two` does, 0 for the same message. Ids compare by code units. */
export function compareSortKeys(one: SortKey, two: SortKey): number {
  if (one.order !== two.order) return one.order < two.order ? -1 : 1;
  if (one.id === two.id) return 0;
  return one.id < two.id ? -1 : 1;
}
