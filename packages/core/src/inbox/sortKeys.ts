import { newestFirst, putRecord, setState, type Transaction } from '../engine/transaction.ts';
import { type MessageRecord, PENDING_ORDER } from '../messages/messageRecord.ts';
import { isPlaced } from '../messages/messageStatus.ts';
import { withSortKeys } from '../outbox/machine.ts';
import type { IncomingMessage } from '../ports/transport.ts';

/** Gives own messages that the wire has seen their place: this one, and those sent before it. */
export function assignSortKey(tx: Transaction, record: MessageRecord): MessageRecord {
  if (isPlaced(record)) return record;
  const orders = new Map<string, number>();
  for (const other of waitingRecords(tx).filter((candidate) => candidate.order < record.order)) {
    const order = takeSortKey(tx);
    orders.set(other.id, order);
    putRecord(tx, { ...other, order });
  }
  if (orders.size > 0) setState(tx, { outbox: withSortKeys(tx.state.outbox, orders) });
  return { ...record, order: takeSortKey(tx) };
}

/** Own messages without a place, in order: those at the end of the table, and those that came in with this transaction. */
function waitingRecords(tx: Transaction): MessageRecord[] {
  const pending = new Map<string, MessageRecord>();
  for (const other of newestFirst(tx)) {
    if (isPlaced(other)) break;
    pending.set(other.id, other);
  }
  for (const other of tx.changes.values()) if (other !== undefined && !isPlaced(other)) pending.set(other.id, other);
  return Array.from(pending.values()).toSorted((one, two) => one.order - two.order);
}

export function takeSortKey(tx: Transaction): number {
  const order = tx.state.nextOrder;
  setState(tx, { nextOrder: order + 1 });
  return order;
}

/** How many messages a late one may go back behind. */
const REORDER_WINDOW = 32;

/** The next order, or one before messages that their sender handed over later and the network delivered sooner. */
export function sortKeyOnArrival(tx: Transaction, { sender, frameSequence }: IncomingMessage): number {
  if (frameSequence === undefined) return takeSortKey(tx);
  let overtaken: MessageRecord | undefined;
  let reach = REORDER_WINDOW;
  for (const record of newestFirst(tx)) {
    reach -= 1;
    if (reach < 0) break;
    if (record.sender !== sender || record.frameSequence?.session !== frameSequence.session) continue;
    if (record.frameSequence.sequence < frameSequence.sequence) break;
    overtaken = record;
  }
  return overtaken === undefined
    ? takeSortKey(tx)
    : fractionalKey(sortKeyBefore(tx, overtaken.order), overtaken.order, 1);
}

/** The first of `count` places between two orders. */
export function fractionalKey(low: number, high: number, count: number): number {
  return low + (high - low) / (count + 1);
}

/** The first of `count` places behind an order, before whatever comes next. */
export function sortKeyAfter(tx: Transaction, order: number, count: number): number {
  if (order === tx.state.nextOrder - 1) return takeSortKey(tx);
  const { next } = neighbouringKeys(tx, order);
  return next >= PENDING_ORDER ? takeSortKey(tx) : fractionalKey(order, next, count);
}

export function sortKeyBefore(tx: Transaction, order: number): number {
  const { previous } = neighbouringKeys(tx, order);
  return previous === -Infinity ? order - 2 : previous;
}

export function firstSortKey(tx: Transaction): number {
  return Math.min(0, neighbouringKeys(tx, -Infinity).next);
}

/** The orders on both sides of one: of the table, which is sorted, and of what this transaction changes or has looked up. */
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
