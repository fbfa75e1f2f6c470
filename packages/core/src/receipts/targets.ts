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

/** Removes the records whose receipts were sent or that are loaded now. Called at the end of a transaction. */
export function keepReceiptTargets(tx: Transaction): void {
  const { receiptTargets } = tx.state;
  if (receiptTargets.size === 0) return;
  const changed = [...tx.changes.keys(), ...tx.storedOnly.keys()].filter((id) => receiptTargets.has(id));
  if (changed.length === 0) return;
  const kept = new Map(receiptTargets);
  for (const id of changed) {
    const record = tx.changes.has(id) ? undefined : tx.storedOnly.get(id);
    if (record !== undefined && isReceiptPending(record)) kept.set(id, record);
    else kept.delete(id);
  }
  setState(tx, { receiptTargets: kept });
}
