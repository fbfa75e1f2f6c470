/** Assigns sort keys to messages on arrival. */

import { recordOf, setState, type Transaction } from '../engine/transaction.ts';
import { type MessageRecord, PENDING_ORDER } from '../messages/messageRecord.ts';
import { isPlaced } from '../messages/messageStatus.ts';
import type { IncomingMessage } from '../ports/transport.ts';
import { neighbouringKeys, setSortKeys, type SortKeyRun, sortKeysBetween } from './sortKeyGaps.ts';

/** Assigns the final sort key to an own message that the network has accepted, and to those sent before it. */
export function assignSortKey(tx: Transaction, record: MessageRecord): MessageRecord {
  if (isPlaced(record)) return record;
  const waiting = waitingBefore(tx, record.order);
  setSortKeys(tx, new Map(waiting.map((other) => [other, takeSortKey(tx)])));
  return { ...record, order: takeSortKey(tx) };
}

/** Own messages without a place and before an order: those at the end of the table, and those of this transaction. */
function waitingBefore(tx: Transaction, end: number): MessageRecord[] {
  const { table } = tx.context;
  const waiting = new Map<string, MessageRecord>();
  const isBefore = (record: MessageRecord | undefined): record is MessageRecord =>
    record !== undefined && !isPlaced(record) && record.order < end;
  for (let index = table.firstFrom(PENDING_ORDER); index < table.order.length; index += 1) {
    const id = table.order.at(index) ?? '';
    if ((table.get(id)?.order ?? 0) >= end) break;
    const record = recordOf(tx, id);
    if (isBefore(record)) waiting.set(id, record);
  }
  for (const record of tx.changes.values()) if (isBefore(record)) waiting.set(record.id, record);
  return Array.from(waiting.values()).toSorted((one, two) => one.order - two.order);
}

export function takeSortKey(tx: Transaction): number {
  const order = tx.state.nextOrder;
  setState(tx, { nextOrder: order + 1 });
  return order;
}

/** The number of last messages among which a late message may be placed. */
const REORDER_WINDOW = 32;

/** The next order; or one before messages that their sender sent later and the network delivered earlier. */
export function sortKeyOnArrival(tx: Transaction, { sender, frameSequence }: IncomingMessage): number {
  if (frameSequence === undefined) return takeSortKey(tx);
  const { table } = tx.context;
  let overtaken: MessageRecord | undefined;
  // Own messages that wait come last and have no sort key yet: they do not count.
  const last = table.firstFrom(PENDING_ORDER) - 1;
  for (let index = last; index >= 0 && last - index < REORDER_WINDOW; index -= 1) {
    const record = table.get(table.order.at(index) ?? '');
    if (record?.sender !== sender || record.frameSequence?.session !== frameSequence.session) continue;
    if (record.frameSequence.sequence < frameSequence.sequence) break;
    overtaken = record;
  }
  return overtaken === undefined ? takeSortKey(tx) : sortKeysBefore(tx, overtaken.order, 1).first;
}

/** Keys after an order and before the next one; undefined where nothing comes next. */
export function sortKeysAfter(tx: Transaction, order: number, count: number): SortKeyRun | undefined {
  if (order === tx.state.nextOrder - 1) return undefined;
  const { next } = neighbouringKeys(tx, order);
  return next >= PENDING_ORDER ? undefined : sortKeysBetween(tx, order, next, count);
}

/** Keys directly before an order. */
export function sortKeysBefore(tx: Transaction, order: number, count: number): SortKeyRun {
  return sortKeysBetween(tx, neighbouringKeys(tx, order).previous, order, count);
}

export function firstSortKey(tx: Transaction): number {
  return Math.min(0, neighbouringKeys(tx, -Infinity).next);
}
