import { compareKeys } from '../collections/keyedQueue.ts';
import { find, itemsFrom, put, remove } from '../collections/sortedList.ts';
import { receiptKey } from './machine.ts';
import { pendingReceipt } from './pendingReceipts.ts';
import { REFUSAL, setState, type Transaction } from '../engine/transaction.ts';
import type { PendingAck } from '../engine/state.ts';

/** Acknowledges a received frame once its effects are stored. */
export function ackOrDefer(tx: Transaction, received: PendingAck): void {
  const { pendingAcks } = tx.state;
  const { id, messageId } = received;
  if (find(pendingAcks, (other) => compareAcks(other, received)) !== undefined) return;
  const refuses = (): boolean =>
    isRejection(id) && pendingReceipt(tx.state.receipts, receiptKey(messageId, 'failed'))?.id === id;
  const isWritten = id === META_KEY ? tx.writesMeta && tx.context.hasStorage : tx.writes.has(id);
  // A record that a different tab posted may not be stored yet.
  const mayBeUnstored = tx.state.history.readFailures > 0 && !isRejection(id);
  if (isWritten || refuses() || mayBeUnstored) setState(tx, { pendingAcks: put(pendingAcks, received, compareAcks) });
  else tx.effects.push({ type: 'ack', received });
}

/** Acknowledges the frames of these records: they are stored, or their refusal is being sent. */
export function flushAcks(tx: Transaction, ids: Iterable<string>): void {
  const { pendingAcks } = tx.state;
  if (pendingAcks.length === 0) return;
  let rest = pendingAcks;
  for (const id of ids) {
    for (const received of itemsFrom(pendingAcks, (other) => (other.id < id ? -1 : 1))) {
      if (received.id !== id) break;
      rest = remove(rest, (other) => compareAcks(other, received));
      tx.effects.push({ type: 'ack', received });
    }
  }
  if (rest !== pendingAcks) setState(tx, { pendingAcks: rest });
}

/** Acknowledges all frames except refused ones: the storage has been read, and holds everything. */
export function flushStoredAcks(tx: Transaction): void {
  const ids = tx.state.pendingAcks.flat().map(({ id }) => id);
  flushAcks(
    tx,
    ids.filter((id) => !isRejection(id)),
  );
}

function compareAcks(one: PendingAck, other: PendingAck): number {
  return (
    compareKeys(one.id, other.id) ||
    compareKeys(one.messageId, other.messageId) ||
    compareKeys(one.outcome ?? '', other.outcome ?? '')
  );
}

/** The key for stored data besides records. */
export const META_KEY = 'meta:';

/** The key for a refused message, which has no record. */
export function rejectionKey(messageId: string): string {
  return `${REFUSAL}${messageId}`;
}

function isRejection(id: string): boolean {
  return id.startsWith(REFUSAL);
}
