/**
 * Messages that were received while the storage could not be asked whether it has them: the network may have repeated
 * them, and their stored forms may have later changes.
 */

import { compareKeys } from '../collections/keyedQueue.ts';
import { find, put, remove } from '../collections/sortedList.ts';
import { putRecord, recordsOf, setState, type Transaction } from '../engine/transaction.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import { isNewerThan, isReceiptPending } from '../messages/messageStatus.ts';
import { withReactionsOf } from '../messages/revisions.ts';
import { countUnread } from '../receipts/outgoing.ts';
import { resumeReceipt } from '../receipts/resume.ts';

/** A message was received that counts as new. */
export function noteReceived(tx: Transaction, id: string): void {
  const isAsked = !tx.missesStored && tx.state.history.readFailures === 0;
  if (!isAsked && tx.context.hasStorage) noteUnverified(tx, id);
}

/** The storage may have a later form of a record than this tab. */
export function noteUnverified(tx: Transaction, id: string): void {
  setState(tx, { unverifiedIds: put(tx.state.unverifiedIds, id, compareKeys) });
}

/** The ids of the messages that are to be looked up. */
export function unverifiedMessageIds(tx: Transaction): readonly string[] {
  return recordsOf(tx, tx.state.unverifiedIds.flat()).map(({ messageId }) => messageId);
}

/** Such a record is stored where there is none, and replaces none. To be called before the write is collected. */
export function protectStored(tx: Transaction): void {
  const { unverifiedIds } = tx.state;
  if (unverifiedIds.length === 0) return;
  for (const [id, record] of tx.writes) {
    if (record === undefined || find(unverifiedIds, (other) => compareKeys(other, id)) === undefined) continue;
    tx.writes.delete(id);
    tx.insertIfAbsent.set(id, record);
  }
}

/**
 * Merges such records with their stored forms.
 * @param messageIds what was looked up. Default: nothing, since the look-up failed.
 */
export function mergeStored(
  tx: Transaction,
  stored: readonly MessageRecord[],
  messageIds: readonly string[] = [],
): void {
  const { unverifiedIds, role } = tx.state;
  if (unverifiedIds.length === 0 || role === 'follower') return;
  const asked = new Set(messageIds);
  const byId = new Map(stored.map((record) => [record.id, record]));
  for (const record of recordsOf(tx, unverifiedIds.flat())) {
    const { id } = record;
    if (!asked.has(record.messageId)) continue;
    setState(tx, { unverifiedIds: remove(tx.state.unverifiedIds, (other) => compareKeys(other, id)) });
    const next = merged(record, byId.get(id));
    putRecord(tx, next);
    if (isReceiptPending(next)) resumeReceipt(tx, next, false);
  }
  setState(tx, { unreadCount: countUnread(tx) });
}

function merged(known: MessageRecord, stored: MessageRecord | undefined): MessageRecord {
  if (stored === undefined) return known;
  const { order, at } = stored;
  // This tab stored it: no other has its order.
  const isOwn = order === known.order && !isNewerThan(stored, known);
  const [newer, older] = isOwn || isNewerThan(known, stored) ? [known, stored] : [stored, known];
  return { ...withReactionsOf(newer, older), order, at };
}
