/** Continues the receipts that were not sent before the flow ended, also for messages that are not loaded. */

import { setState, type Transaction } from '../engine/transaction.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import { isReceiptPending } from '../messages/messageStatus.ts';
import { revisionId } from '../messages/revisions.ts';
import { parseRecords } from '../validation/records.ts';
import { dispatchReceipts, displayRecords, maySendReceipt, repeatOutcome, trustOf } from './outgoing.ts';
import { receiptTarget } from './targets.ts';

/** Resumes the receipt of a stored message whose sender was not notified before the flow ended. */
export function resumeReceipt(tx: Transaction, record: MessageRecord, durable: boolean): void {
  // Receipts may have been switched off meanwhile.
  if (maySendReceipt(tx, record.sender)) repeatOutcome(tx, record, false, durable);
}

/**
 * Resumes the receipts of messages that are not loaded.
 * @param stored unchecked, with messages among them that are loaded.
 */
export function resumeUnloadedReceipts(tx: Transaction, stored: readonly unknown[]): void {
  if (tx.state.role === 'follower') return;
  const targets = parseRecords(stored).filter((record) => isReceiptPending(record) && isUnloaded(tx, record));
  setState(tx, { receiptTargets: new Map(targets.map((record) => [record.id, record])) });
  for (const { id } of targets) {
    const record = receiptTarget(tx, id);
    if (record !== undefined) resumeReceipt(tx, record, !tx.writes.has(id));
  }
}

/** Resumes displayed receipts that were not sent before the flow ended. */
export function resumeReadReceipts(tx: Transaction, records: readonly MessageRecord[]): void {
  const ids = new Set(tx.state.pendingReadReceipts);
  const unreported = records.filter((record) => ids.has(revisionId(record)));
  for (const record of unreported) ids.delete(revisionId(record));
  if (ids.size > 0) reportUnloaded(tx, [...ids]);
  if (unreported.length > 0) displayRecords(tx, unreported, true);
}

/** Sends displayed receipts for messages that are not loaded. They were owed when the messages were displayed. */
function reportUnloaded(tx: Transaction, messageIds: readonly string[]): void {
  const { remote, capabilities, settings } = tx.context;
  const { displayedNotifications } = capabilities;
  if (displayedNotifications === false || !settings.notify.displayed || trustOf(tx, remote) !== 'trusted') return;
  const upTo = displayedNotifications === 'up-to';
  const parts = upTo ? [messageIds] : messageIds.map((id) => [id]);
  for (const part of parts) {
    const messageId = part.at(-1) ?? '';
    const covered = upTo ? { upTo, messageIds: part } : {};
    const notification = { messageId, outcome: 'displayed', ...covered } as const;
    dispatchReceipts(tx, { type: 'enqueue', id: messageId, notification, durable: true });
  }
}

function isUnloaded(tx: Transaction, { id }: MessageRecord): boolean {
  return !tx.changes.has(id) && tx.context.table.get(id) === undefined && !tx.state.discardedIds.includes(id);
}
