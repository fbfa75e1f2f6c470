import { REFUSAL, setState, type Transaction } from '../engine/transaction.ts';
import type { PendingAck } from '../engine/state.ts';

/** Acknowledges a received frame once its effects are stored. */
export function ackOrDefer(tx: Transaction, received: PendingAck): void {
  const { pendingAcks: unacknowledged } = tx.state;
  const { id, messageId, outcome } = received;
  const waits = unacknowledged.some(
    (other) => other.id === id && other.messageId === messageId && other.outcome === outcome,
  );
  if (waits) return;
  const refuses = (): boolean =>
    isRejection(received.id) && tx.state.receipts.pending.some((owed) => owed.id === received.id);
  const isWritten = id === META_KEY ? tx.writesMeta && tx.context.hasStorage : tx.writes.has(id);
  if (isWritten || refuses()) setState(tx, { pendingAcks: [...unacknowledged, received] });
  else tx.effects.push({ type: 'ack', received });
}

/** Acknowledges the frames of these records: they are stored, or their refusal is on its way. */
export function flushAcks(tx: Transaction, isSafe: (id: string) => boolean): void {
  const { pendingAcks: unacknowledged } = tx.state;
  const rest = unacknowledged.filter(({ id }) => !isSafe(id));
  if (rest.length === unacknowledged.length) return;
  setState(tx, { pendingAcks: rest });
  for (const received of unacknowledged) {
    if (isSafe(received.id)) tx.effects.push({ type: 'ack', received });
  }
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
