/** Applies the receipts that pages of history bring. */

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
import { findRevision, hasLaterRevision, mapRevision } from '../messages/revisions.ts';
import { leaveOutbox, outboxId } from '../outbox/handlers.ts';
import type { HistoryReceipt, IncomingMessage } from '../ports/transport.ts';
import { failureOf, isCoveredByMarker, isFromRemote } from './incoming.ts';

/** The most receipts that wait for the page with their message, which is read after that of the receipt. */
const MAX_UNMATCHED = 2_000;

/**
 * Applies the receipts for own messages from a page of history, and those of earlier pages whose messages it contains.
 */
export function applyHistoryReceipts(
  tx: Transaction,
  messages: readonly IncomingMessage[],
  receipts: readonly HistoryReceipt[] = [],
): void {
  const known = tx.state.readMarkers.remoteDisplayedOrder;
  const foreign = receipts.some((receipt) => receipt.sender !== tx.context.localAddress && !isFromRemote(tx, receipt));
  if (foreign) diagnose(tx, 'notification-foreign', 'History has receipts from a sender who is not the recipient.');
  const unmatched = new Map<string, HistoryReceipt>();
  const all = [...tx.state.unmatchedHistoryReceipts.values(), ...receipts.flatMap((receipt) => single(tx, receipt))];
  for (const receipt of all) {
    const record = ownRecord(tx, receipt.messageId);
    if (record === undefined) unmatched.set(`${receipt.outcome}:${receipt.messageId}`, receipt);
    else applyReceipt(tx, record, receipt);
  }
  const kept = unmatched.size > MAX_UNMATCHED ? new Map([...unmatched].slice(-MAX_UNMATCHED)) : unmatched;
  setState(tx, { unmatchedHistoryReceipts: kept });
  applyMarker(tx, messages, known);
}

/** One receipt for each message that it names. */
function single(tx: Transaction, receipt: HistoryReceipt): readonly HistoryReceipt[] {
  const { messageIds, ...rest } = receipt;
  if (!isFromRemote(tx, receipt)) return [];
  if (messageIds === undefined) return [receipt];
  const { upTo: _upTo, ...displayed } = rest;
  return [displayed, ...messageIds.map((messageId) => ({ ...displayed, messageId }))];
}

function applyReceipt(tx: Transaction, record: MessageRecord, receipt: HistoryReceipt): void {
  const { outcome, at, upTo } = receipt;
  const next = advance(tx, record, receipt.messageId, outcome, receipt);
  if (outcome !== 'displayed' || upTo !== true) return;
  const marked = { remoteDisplayedOrder: next.order, remoteDisplayedAt: at ?? tx.context.wall };
  if (next.order > tx.state.readMarkers.remoteDisplayedOrder) advanceReadMarkers(tx, marked);
}

/** What the page lists is covered by a marker behind it; what was known before, only as far as it had arrived. */
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
  // A message that comes with its status has not changed before anybody's eyes.
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
