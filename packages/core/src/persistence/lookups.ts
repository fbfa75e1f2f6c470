/** Looks up messages that are stored and not loaded, until the receipts and operations for them are applied. */

import { addChangedStoredOnly, recordsWithRevision, setState, type Transaction } from '../engine/transaction.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import { noteStored } from './unstored.ts';
import { unverifiedMessageIds } from './unverified.ts';

/** The maximum number of ids that are looked up again. */
const MAX_MISSED_LOOKUPS = 1_000;

/** Looks up the messages of unmatched receipts and operations, and those that may be stored in a later form. */
export function lookUpUnmatched(tx: Transaction): void {
  lookUp(tx, [...unmatchedIds(tx), ...unverifiedMessageIds(tx)]);
}

/** Keeps the ids of a failed look-up, and those of unmatched events, for another attempt. */
export function missLookup(tx: Transaction, messageIds: readonly string[]): void {
  const missed = new Set([...tx.state.missedLookups, ...messageIds, ...unmatchedIds(tx)]);
  setState(tx, { missedLookups: new Set([...missed].slice(-MAX_MISSED_LOOKUPS)) });
}

/** Repeats the look-ups that failed. */
export function lookUpAgain(tx: Transaction): void {
  const ids = new Set([...tx.state.missedLookups, ...unverifiedMessageIds(tx)]);
  if (ids.size === 0) return;
  setState(tx, { missedLookups: new Set() });
  lookUp(tx, [...ids]);
}

/**
 * Posts records that are stored now and not loaded here to the other tabs: one of them may have read the page before
 * the records were stored, and after it received their change.
 */
export function tellStored(tx: Transaction, records: readonly MessageRecord[]): void {
  if (!tx.context.hasTabs || tx.state.role === 'follower') return;
  for (const record of records) {
    if (tx.context.table.get(record.id) !== undefined) continue;
    addChangedStoredOnly(tx, record);
    noteStored(tx, record.id);
  }
}

function lookUp(tx: Transaction, messageIds: readonly string[]): void {
  const { role, history, unverifiedIds } = tx.state;
  const isStored = history.olderInStorage || (unverifiedIds.length > 0 && history.readFailures === 0);
  if (role === 'follower' || !tx.context.hasStorage || !isStored) return;
  if (messageIds.length > 0) tx.effects.push({ type: 'findStored', messageIds });
}

function unmatchedIds(tx: Transaction): readonly string[] {
  const { unmatchedOperations, unmatchedReceipts } = tx.state;
  const ids = [
    ...unmatchedOperations.map(({ target }) => target),
    ...unmatchedReceipts.map(({ messageId }) => messageId),
  ];
  return ids.filter((id) => recordsWithRevision(tx, id).length === 0);
}
