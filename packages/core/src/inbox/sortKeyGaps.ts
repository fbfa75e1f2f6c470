/** Finds free sort keys between two messages (fractional indexing). */

import { advanceReadMarkers, putRecord, setState, type Transaction } from '../engine/transaction.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import { isPlaced } from '../messages/messageStatus.ts';
import { compareSortKeys } from '../messages/sortKey.ts';
import { withSortKeys as withOutboxKeys } from '../outbox/machine.ts';
import { withSortKeys as withReceiptKeys } from '../receipts/machine.ts';

/**
 * A new key between two messages halves the gap, and a number can be halved about fifty times. A gap that becomes too
 * small is widened: the messages behind it move up, as few as suffice. They only ever move up, so that read markers,
 * which only move forward in this and in other tabs, move with the messages that they name.
 */

/** The minimum distance of two keys, besides the precision of a number of their size. */
const MIN_STEP = 2 ** -30;
/** The distance of keys after a gap has been widened, so that there is room for later ones. */
const WIDENED_STEP = 2 ** -4;

/**
 * The orders on both sides of one: in the table, and among the records that this transaction changes or has looked up.
 */
export function neighbouringKeys(tx: Transaction, order: number): { readonly previous: number; readonly next: number } {
  const { firstFrom, get, order: view } = tx.context.table;
  const orderAt = (index: number): number => get(view.at(index) ?? '')?.order ?? Infinity;
  const first = firstFrom(order);
  const isChanged = (index: number): boolean => tx.changes.has(view.at(index) ?? '');
  let before = first - 1;
  while (before >= 0 && isChanged(before)) before -= 1;
  let after = first;
  while (after < view.length && (isChanged(after) || orderAt(after) === order)) after += 1;
  let previous = before < 0 ? -Infinity : orderAt(before);
  let next = orderAt(after);
  for (const record of [...tx.changes.values(), ...tx.storedOnly.values()]) {
    if (record === undefined) continue;
    if (record.order < order) previous = Math.max(previous, record.order);
    else if (record.order > order) next = Math.min(next, record.order);
  }
  return { previous, next };
}

/** Keys at equal distances. */
export interface SortKeyRun {
  readonly first: number;
  readonly step: number;
}

/**
 * Places for `count` keys between two neighbouring orders. `low` may be `-Infinity`: nothing that is loaded comes
 * before `high`.
 */
export function sortKeysBetween(tx: Transaction, low: number, high: number, count: number): SortKeyRun {
  const bound = low === -Infinity ? boundBefore(tx, high, count) : low;
  const step = (high - bound) / (count + 1);
  const given = step >= minStep(bound, high) ? step : widenGap(tx, bound, high, count);
  return { first: bound + given, step: given };
}

/** Stored messages that are not loaded may come directly before the first one that is: the keys stay close to it. */
function boundBefore(tx: Transaction, high: number, count: number): number {
  const { olderInStorage, ready, readFailures } = tx.state.history;
  const isFirst = ready && readFailures === 0 && !olderInStorage;
  return high - (isFirst ? 1 : 2 * minStep(high, high)) * (count + 1);
}

function minStep(low: number, high: number): number {
  return Math.max(MIN_STEP, Math.max(Math.abs(low), Math.abs(high)) * 2 ** -49);
}

/** Moves messages up until `count` keys fit behind `low`. Returns how far these are apart. */
function widenGap(tx: Transaction, low: number, high: number, count: number): number {
  const wanted = Math.max(WIDENED_STEP, minStep(low, high) * 8);
  const moving: MessageRecord[] = [];
  let step = Math.max(1, wanted);
  for (const record of placedAfter(tx, low)) {
    if (moving.length === 0 && record.order !== high) break;
    const room = (record.order - low) / (moving.length + count + 1);
    if (room >= wanted) {
      step = room;
      break;
    }
    moving.push(record);
  }
  // The gap lies between stored messages that are not loaded. Those cannot be moved: equal orders then sort by id.
  if (moving.length === 0) return (high - low) / (count + 1);
  const moves = new Map<MessageRecord, number>();
  moving.forEach((record, index) => {
    const order = Math.max(record.order, low + (count + index + 1) * step);
    if (order !== record.order) moves.set(record, order);
  });
  moveUp(tx, moves);
  return step;
}

/** Gives messages higher orders; the read markers that name their orders move with them. */
function moveUp(tx: Transaction, moves: ReadonlyMap<MessageRecord, number>): void {
  const { displayedOrder, remoteDisplayedOrder } = tx.state.readMarkers;
  for (const [record, order] of moves) {
    if (record.order <= displayedOrder) advanceReadMarkers(tx, { displayedOrder: order });
    if (record.order <= remoteDisplayedOrder) advanceReadMarkers(tx, { remoteDisplayedOrder: order });
  }
  setSortKeys(tx, moves);
}

/** Gives messages different orders, also in the outbox and in the receipts that are still to be sent. */
export function setSortKeys(tx: Transaction, moves: ReadonlyMap<MessageRecord, number>): void {
  const orders = new Map<string, number>();
  let { nextOrder } = tx.state;
  for (const [record, order] of moves) {
    putRecord(tx, { ...record, order });
    orders.set(record.id, order);
    nextOrder = Math.max(nextOrder, Math.floor(order) + 1);
  }
  const { outbox, receipts } = tx.state;
  setState(tx, { nextOrder, outbox: withOutboxKeys(outbox, orders), receipts: withReceiptKeys(receipts, orders) });
}

/** The placed messages behind an order, as this transaction leaves them. */
function* placedAfter(tx: Transaction, low: number): Generator<MessageRecord> {
  const { firstFrom, get, order: view } = tx.context.table;
  const changed = Array.from(tx.changes.values())
    .filter((record) => record !== undefined)
    .filter((record) => record.order > low && isPlaced(record))
    .toSorted(compareSortKeys);
  let next = 0;
  for (let index = firstFrom(low); index < view.length; index += 1) {
    const id = view.at(index) ?? '';
    const record = tx.changes.has(id) ? undefined : get(id);
    if (record === undefined || record.order <= low) continue;
    if (!isPlaced(record)) break;
    for (let other = changed[next]; other !== undefined && compareSortKeys(other, record) < 0; other = changed[next]) {
      next += 1;
      yield other;
    }
    yield record;
  }
  yield* changed.slice(next);
}
