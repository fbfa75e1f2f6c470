/** Applies the receipts of history pages. */

import {
  advanceReadMarkers,
  diagnose,
  newestFirst,
  putRecord,
  raiseReceiptReceived,
  raiseStatusChanged,
  recordsWithRevision,
  setState,
  settle,
  type Transaction,
} from '../engine/transaction.ts';
import { assignSortKey } from '../inbox/sortKeys.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import { withStatus } from '../messages/messageStatus.ts';
import { findRevision, hasLaterRevision, mapRevision, revisionIds } from '../messages/revisions.ts';
import { leaveOutbox, outboxId } from '../outbox/handlers.ts';
import type { HistoryReceipt, IncomingMessage } from '../ports/transport.ts';
import { failureOf, isCoveredByMarker, isFromRemote } from './incoming.ts';
import { mergeUnmatchedReceipts, receiptForEach } from './unmatched.ts';

/**
 * Applies the receipts for own messages from a page of history, and earlier receipts for messages of the page.
 */
export function applyHistoryReceipts(
  tx: Transaction,
  messages: readonly IncomingMessage[],
  receipts: readonly HistoryReceipt[] = [],
): void {
  const known = tx.state.readMarkers.remoteDisplayedOrder;
  const foreign = receipts.some((receipt) => receipt.sender !== tx.context.localAddress && !isFromRemote(tx, receipt));
  if (foreign)
    diagnose(tx, 'notification-foreign', 'Receipts in history from a sender who is not the recipient were ignored.');
  const news = receipts.filter((receipt) => isFromRemote(tx, receipt)).flatMap(receiptForEach);
  const kept = tx.state.unmatchedReceipts;
  const unmatched = kept.filter((receipt) => !applyToKnown(tx, receipt));
  if (unmatched.length < kept.length) {
    setState(tx, { unmatchedReceipts: unmatched });
    tx.writesMeta = true;
  }
  const unknown = news.filter((receipt) => !applyToKnown(tx, receipt));
  if (mergeUnmatchedReceipts(tx, unknown)) tx.writesMeta = true;
  applyMarker(tx, messages, known);
}

/**
 * Applies the receipts that arrived before their messages, if this transaction has made some of these messages known.
 * Called once, at the end of each transaction.
 */
export function applyUnmatchedReceipts(tx: Transaction): void {
  const { unmatchedReceipts, role } = tx.state;
  // A follower receives the outcome of its messages from the leader.
  const changed = [...tx.changes.values(), ...tx.storedOnly.values()];
  if (unmatchedReceipts.length === 0 || changed.length === 0 || role === 'follower') return;
  const known = new Set<string>();
  for (const record of changed) {
    if (record !== undefined) for (const id of revisionIds(record)) known.add(id);
  }
  if (unmatchedReceipts.some(({ messageId }) => known.has(messageId))) applyHistoryReceipts(tx, []);
}

/** Returns false if the message of the receipt is not known. */
function applyToKnown(tx: Transaction, receipt: HistoryReceipt): boolean {
  const record = ownRecord(tx, receipt.messageId);
  if (record !== undefined) {
    applyReceipt(tx, record, receipt);
    return true;
  }
  const received = recordsWithRevision(tx, receipt.messageId)[0];
  if (received === undefined) return false;
  if (receipt.outcome === 'displayed' && receipt.upTo === true) advanceMarker(tx, received.order, receipt.at);
  return true;
}

function applyReceipt(tx: Transaction, record: MessageRecord, receipt: HistoryReceipt): void {
  const { outcome, at, upTo } = receipt;
  const next = advance(tx, record, receipt.messageId, outcome, receipt);
  if (outcome === 'displayed' && upTo === true) advanceMarker(tx, next.order, at);
}

function advanceMarker(tx: Transaction, order: number, at: number | undefined): void {
  if (order <= tx.state.readMarkers.remoteDisplayedOrder) return;
  advanceReadMarkers(tx, { remoteDisplayedOrder: order, remoteDisplayedAt: at ?? tx.context.wall });
}

/** A later marker covers the messages of the page; it covers messages known before only if they had arrived. */
function applyMarker(tx: Transaction, messages: readonly IncomingMessage[], known: number): void {
  const { remoteDisplayedOrder, remoteDisplayedAt } = tx.state.readMarkers;
  const covering = { outcome: 'displayed', at: remoteDisplayedAt } as const;
  for (const { sender, messageId } of messages) {
    const record = sender === tx.context.localAddress ? ownRecord(tx, messageId) : undefined;
    const listed = record?.status === 'sent' || record?.status === 'delivered';
    if (listed && !hasLaterRevision(record) && record.order <= remoteDisplayedOrder)
      advance(tx, record, messageId, 'displayed', covering);
  }
  if (remoteDisplayedOrder <= known) return;
  for (const record of newestFirst(tx)) {
    if (record.order > remoteDisplayedOrder) continue;
    if (record.order <= known) break;
    if (isCoveredByMarker(tx, record)) advance(tx, record, record.messageId, 'displayed', covering);
  }
}

/** Takes one revision of a message to a later status, as of the time that the archive gives. */
function advance(
  tx: Transaction,
  record: MessageRecord,
  revision: string,
  outcome: HistoryReceipt['outcome'],
  { at, ...receipt }: Pick<HistoryReceipt, 'at'> & Partial<HistoryReceipt>,
): MessageRecord {
  const failed = outcome === 'failed';
  const failure = failed ? failureOf({ ...receipt, sender: receipt.sender ?? tx.context.remote }) : undefined;
  const status = failed ? 'undeliverable' : outcome;
  const next = mapRevision(record, revision, (known) => withStatus(known, status, at, failure));
  if (next === record) return record;
  const placed = assignSortKey(tx, next);
  putRecord(tx, placed);
  const reached = findRevision(placed, revision);
  if (reached === undefined || reached.status === findRevision(record, revision)?.status) return placed;
  // A message that arrives together with its status raises no event: the user has not seen an earlier status.
  if (tx.context.table.get(record.id) !== undefined || tx.storedOnly.has(record.id)) {
    raiseStatusChanged(tx, placed, record.status);
    raiseReceiptReceived(tx, placed, outcome);
  }
  const id = outboxId(record, revision);
  settle(tx, id, reached, true);
  leaveOutbox(tx, id);
  return placed;
}

function ownRecord(tx: Transaction, messageId: string): MessageRecord | undefined {
  return recordsWithRevision(tx, messageId).find(({ direction }) => direction === 'outgoing');
}
