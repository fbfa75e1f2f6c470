/** Stored messages that are not loaded and whose receipts are being sent. */

import { addStoredOnly, recordOf, setState, type Transaction } from '../engine/transaction.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import { isReceiptPending } from '../messages/messageStatus.ts';

/** Returns the record of a receipt. A record that is not loaded can be changed and stored, and is not shown. */
export function receiptTarget(tx: Transaction, id: string): MessageRecord | undefined {
  const stored = tx.state.receiptTargets.get(id);
  if (stored !== undefined && recordOf(tx, id) === undefined) addStoredOnly(tx, stored);
  return recordOf(tx, id);
}

/**
 * Keeps the records whose receipts are being sent and that are not loaded, until the receipts were sent. Called at the
 * end of a transaction.
 */
export function keepReceiptTargets(tx: Transaction): void {
  const { receiptTargets, role } = tx.state;
  const targetOf = (id: string): MessageRecord | undefined => {
    const record = role === 'follower' || tx.changes.has(id) ? undefined : tx.storedOnly.get(id);
    return record !== undefined && isReceiptPending(record) ? record : undefined;
  };
  const ids = [...(receiptTargets.size === 0 ? [] : tx.changes.keys()), ...tx.storedOnly.keys()];
  const changed = ids.filter((id) => receiptTargets.get(id) !== targetOf(id));
  if (changed.length === 0) return;
  const kept = new Map(receiptTargets);
  for (const id of changed) {
    const record = targetOf(id);
    if (record === undefined) kept.delete(id);
    else kept.set(id, record);
  }
  setState(tx, { receiptTargets: kept });
}
