/** Receives the participant's delivery notifications for own messages. */

import { ackOrDefer, META_KEY } from './acks.ts';
import { mergeUnmatchedReceipts, receiptForEach } from './unmatched.ts';
import {
  advanceReadMarkers,
  diagnose,
  newestFirst,
  raiseReceiptReceived,
  recordOf,
  recordsLinkedTo,
  recordsWithRevision,
  setState,
  type Transaction,
} from '../engine/transaction.ts';
import type { ChannelEvent } from '../ports/transport.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import { findRevision, hasLaterRevision } from '../messages/revisions.ts';
import { hasReactions } from '../operations/reactions.ts';
import { advanceStatus, refuseReactions } from '../outbox/handlers.ts';
import type { FailureDetails } from '../messages/messageStatus.ts';

/** The most notifications that wait while the storage cannot be read. */
const MAX_DEFERRED_RECEIPTS = 1_000;

/** Receives a delivery notification and matches it with its message (UCMA). */
export function receiveReceipt(tx: Transaction, event: ChannelEvent & { readonly type: 'notification' }): void {
  const { messageId, outcome } = event;
  const record = recordsWithRevision(tx, messageId).find((candidate) => candidate.direction === 'outgoing');
  const reacted = record === undefined && outcome === 'failed' ? withReactions(tx, messageId) : undefined;
  if (reacted !== undefined) {
    if (isFromRemote(tx, event)) refuseReactions(tx, reacted, messageId);
    else diagnoseForeign(tx);
    ackOrDefer(tx, { id: reacted.id, messageId, outcome });
    return;
  }
  if (record === undefined && tx.state.history.readFailures > 0) {
    // The message may be in the storage, which could not be read so far.
    setState(tx, { deferredReceipts: [...tx.state.deferredReceipts, event].slice(-MAX_DEFERRED_RECEIPTS) });
    return;
  }
  const isKept = applyReceipt(tx, event, record);
  ackOrDefer(tx, { id: record?.id ?? (isKept ? META_KEY : ''), messageId, outcome });
}

/** Returns whether the receipt, or a part of it, is kept until its message is known. */
function applyReceipt(
  tx: Transaction,
  event: ChannelEvent & { readonly type: 'notification' },
  record: MessageRecord | undefined,
): boolean {
  const { outcome, upTo, messageIds } = event;
  if (!isFromRemote(tx, event)) {
    diagnoseForeign(tx);
    return false;
  }
  if (record === undefined) {
    // A server may name the last message of the conversation as read, also one that the participant sent.
    const received = recordsWithRevision(tx, event.messageId)[0];
    const isCursor = received !== undefined && outcome === 'displayed' && upTo === true && messageIds === undefined;
    if (isCursor) displayedUpTo(tx, received.order);
    else diagnose(tx, 'notification-unknown', 'A delivery notification names an unknown message.');
    return received === undefined && keep(tx, event);
  }
  const status = outcome === 'failed' ? 'undeliverable' : outcome;
  const failure = outcome === 'failed' ? failureOf(event) : undefined;
  const next = advanceStatus(tx, record, event.messageId, status, failure, true);
  if (next === undefined) {
    const known = findRevision(record, event.messageId)?.status;
    if (outcome === 'failed' && known !== undefined && known !== 'undeliverable') {
      diagnose(tx, 'notification-late', 'A failure of a delivered message was ignored.');
    }
  } else {
    raiseReceiptReceived(tx, next, outcome);
  }
  if (outcome !== 'displayed' || upTo !== true) return false;
  if (messageIds !== undefined) return displayedByIds(tx, event, messageIds);
  displayedUpTo(tx, recordOf(tx, record.id)?.order ?? 0);
  return false;
}

/** The message may become known later: a different device sent it, or it is on a page that is not read yet. */
function keep(tx: Transaction, { type: _type, ...receipt }: ChannelEvent & { readonly type: 'notification' }): boolean {
  const isNew = mergeUnmatchedReceipts(tx, receiptForEach({ ...receipt, at: tx.context.wall }));
  if (isNew) tx.writesMeta = true;
  return isNew;
}

function diagnoseForeign(tx: Transaction): void {
  diagnose(
    tx,
    'notification-foreign',
    'A delivery notification came from a sender who is not the recipient; it was ignored.',
  );
}

/** The message to which the local user has reacted with a set of this id. */
function withReactions(tx: Transaction, id: string): MessageRecord | undefined {
  return recordsLinkedTo(tx, id).find((record) => hasReactions(record, id, tx.context.localAddress));
}

/**
 * Marks all messages up to an order as displayed that are known to have arrived: a read marker does not prove that others
 * arrived.
 */
function displayedUpTo(tx: Transaction, order: number): void {
  const known = tx.state.readMarkers.remoteDisplayedOrder;
  if (order <= known) return;
  advanceReadMarkers(tx, { remoteDisplayedOrder: order, remoteDisplayedAt: tx.context.wall });
  for (const record of newestFirst(tx)) {
    if (record.order > order) continue;
    if (record.order <= known) break;
    if (isCoveredByMarker(tx, record)) advanceStatus(tx, record, record.messageId, 'displayed', undefined, true);
  }
}

/** A marker with a list of its messages. Returns whether a part is kept until its messages are known. */
function displayedByIds(
  tx: Transaction,
  { messageIds: _ids, ...event }: ChannelEvent & { readonly type: 'notification' },
  messageIds: readonly string[],
): boolean {
  let isKept = false;
  for (const messageId of messageIds) {
    const records = recordsWithRevision(tx, messageId);
    const record = records.find((candidate) => candidate.direction === 'outgoing');
    if (record !== undefined) advanceStatus(tx, record, messageId, 'displayed', undefined, true);
    else if (records.length === 0) isKept = keep(tx, { ...event, messageId, upTo: false }) || isKept;
  }
  return isKept;
}

/**
 * Whether a read marker for a later message covers this one. The marker may be older than an edit, so it does not cover
 * the edit.
 */
export function isCoveredByMarker(tx: Transaction, record: MessageRecord): boolean {
  if (record.direction !== 'outgoing' || hasLaterRevision(record)) return false;
  const arrived = tx.context.capabilities.deliveryNotifications ? 'delivered' : 'sent';
  return record.status === 'delivered' || record.status === arrived;
}

/** Whether one of the participant's addresses is the sender. */
export function isFromRemote(tx: Transaction, { sender }: { readonly sender: string }): boolean {
  return sender === tx.context.remote || tx.state.aliases.includes(sender);
}

export function failureOf(
  event: Pick<ChannelEvent & { readonly type: 'notification' }, 'sender' | 'code' | 'failures'>,
): FailureDetails {
  const code = event.code ?? event.failures?.[0]?.responseCode ?? 500;
  const deliveryFailures = event.failures ?? [{ recipient: event.sender, responseCode: code }];
  return { code, deliveryFailures };
}
