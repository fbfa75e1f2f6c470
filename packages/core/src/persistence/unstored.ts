/**
 * Changes of messages that are stored and not loaded, until the changes are stored: the next leader stores what this one
 * could not. The records are in `operationTargets`.
 */

import { compareKeys } from '../collections/keyedQueue.ts';
import { find, lengthOf, put, remove } from '../collections/sortedList.ts';
import { recordsOf, setState, type Transaction } from '../engine/transaction.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';

/** The most messages whose changes are kept. */
const MAX_UNSTORED = 1_000;

export function isUnstored({ state }: Transaction, id: string): boolean {
  return find(state.unstoredIds, (other) => compareKeys(other, id)) !== undefined;
}

export function noteUnstored(tx: Transaction, id: string): void {
  const { unstoredIds } = tx.state;
  if (!tx.context.hasTabs || lengthOf(unstoredIds) >= MAX_UNSTORED) return;
  setState(tx, { unstoredIds: put(unstoredIds, id, compareKeys) });
}

/** The message is stored as it is, or is loaded. */
export function noteStored(tx: Transaction, id: string): void {
  const { unstoredIds } = tx.state;
  if (unstoredIds.length > 0) setState(tx, { unstoredIds: remove(unstoredIds, (other) => compareKeys(other, id)) });
}

/** The records with their changes. */
export function unstoredRecords(tx: Transaction): readonly MessageRecord[] {
  return recordsOf(tx, tx.state.unstoredIds.flat());
}
