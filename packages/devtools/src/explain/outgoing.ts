/** Why an own message has its status. */

import type { InspectedOutboxItem, InspectedState, MessageRecord } from '@imflow/core';
import { type Facts, type Finding, inputOf, newestId, outboxId } from './facts.ts';
import type { StatusReason } from './sentences.ts';

export function explainOutgoing(record: MessageRecord, facts: Facts): Finding {
  if (record.retracted !== undefined) return { reason: 'retracted' };
  switch (record.status) {
    case 'queued':
    case 'sending':
      if (record.uploadPending === true) return { reason: 'upload' };
      return explainPending(outboxId(record), record.status === 'sending', facts);
    case 'sent':
      return explainSent(record, facts);
    case 'delivered':
      return explainDelivered(record, facts);
    case 'displayed':
      return { reason: record.timestamps.delivered === undefined ? 'displayed-implied' : 'displayed' };
    case 'failed':
      if (record.uploadPending === true) return { reason: 'upload-failed' };
      return { reason: failureReason(record.code ?? 0, record.retryable === true) };
    case 'undeliverable':
      return { reason: (record.code ?? 0) >= 600 ? 'declined' : 'undeliverable' };
  }
}

/** @param id that of a message or of an operation in the outbox. */
export function explainPending(id: string, isSending: boolean, { state, now }: Facts): Finding {
  const reason = isSending ? 'sending' : 'next';
  if (state === undefined) return { reason };
  if (state.lifecycle.phase === 'terminated') return { reason: 'ended' };
  if (state.role === 'follower') return { reason: 'follower' };
  const { outbox } = state;
  const inFlight = outbox.inFlight.find((item) => item.id === id);
  if (inFlight !== undefined) return { reason: 'in-flight', attempt: inFlight.attempts, due: inFlight.answerBy };
  const index = outbox.waiting.findIndex((item) => item.id === id);
  const item = outbox.waiting[index];
  if (item === undefined) return { reason };
  const { heldUntil, attempts: attempt, unanswered = false } = item;
  if (heldUntil !== undefined) return { reason: 'held', due: heldUntil };
  return { attempt, unanswered, ...explainWait(item, outbox.waiting.slice(0, index), state, now) };
}

/** The first of the conditions that are not met, in the order in which they have to be met. */
function explainWait(
  item: InspectedOutboxItem,
  before: readonly InspectedOutboxItem[],
  { lifecycle, history, outbox }: InspectedState,
  now: number,
): Finding {
  const { connection } = lifecycle;
  if (connection !== 'online') return { reason: connection };
  if (!history.ready) return { reason: 'history' };
  if (!outbox.reachable) return { reason: 'participant' };
  if (!item.durable) return { reason: 'storage' };
  if (before.some(({ heldUntil }) => heldUntil !== undefined)) return { reason: 'held-turn' };
  const ahead = before.length + outbox.inFlight.length;
  if (ahead > 0) return { reason: 'turn', ahead };
  if (outbox.retryAt > now) return { reason: 'retry', due: outbox.retryAt };
  return { reason: 'next' };
}

function explainSent(record: MessageRecord, { capabilities, transactions, state }: Facts): Finding {
  if (!capabilities.deliveryNotifications) return { reason: 'receipts-not-carried' };
  const sender = foreignSender(record, transactions);
  if (sender !== undefined) return { reason: 'receipt-foreign', sender };
  if (hasEarlierText(record, ['delivered', 'displayed'])) return { reason: 'receipt-for-earlier-text' };
  if (isReceiptExcluded(record, transactions)) return { reason: 'receipt-not-requested' };
  const unknownId = state?.unmatchedReceipts.findLast(({ at = record.at }) => at >= record.at)?.messageId;
  if (unknownId !== undefined) return { reason: 'receipt-unknown-id', unknownId };
  if (state !== undefined && state.lifecycle.connection !== 'online') return { reason: 'sent-offline' };
  return { reason: state?.remoteAvailable === false ? 'sent-participant-away' : 'receipt-pending' };
}

function explainDelivered(record: MessageRecord, { capabilities }: Facts): Finding {
  if (capabilities.displayedNotifications === false) return { reason: 'displayed-not-carried' };
  return { reason: hasEarlierText(record, ['displayed']) ? 'displayed-earlier-text' : 'displayed-pending' };
}

/** Whether a receipt came for an earlier text of an edited message. */
function hasEarlierText({ earlierRevisions = [] }: MessageRecord, statuses: readonly string[]): boolean {
  return earlierRevisions.some(({ status }) => statuses.includes(status));
}

/** Whether the transport reported that no receipt will follow. */
function isReceiptExcluded(record: MessageRecord, transactions: Facts['transactions']): boolean {
  const id = outboxId(record);
  return transactions.some((transaction) => {
    const { type, id: sent, answer } = inputOf(transaction);
    const { notificationExpected } = (answer ?? {}) as { readonly notificationExpected?: unknown };
    return type === 'sendSucceeded' && sent === id && notificationExpected === false;
  });
}

/** The sender of a receipt for this message that was ignored, since it is not the participant. */
function foreignSender(record: MessageRecord, transactions: Facts['transactions']): string | undefined {
  const id = newestId(record);
  for (const transaction of transactions) {
    const { type, event } = inputOf(transaction);
    if (type !== 'channel') continue;
    const { type: kind, messageId, sender } = event as Readonly<Record<string, unknown>>;
    const isIgnored = transaction.events.some(
      ({ name, event: diagnostic }) =>
        name === 'diagnostic' && (diagnostic as { readonly code?: unknown }).code === 'notification-foreign',
    );
    if (kind === 'notification' && messageId === id && isIgnored && typeof sender === 'string') return sender;
  }
  return undefined;
}

/** The reason for a SIP response code. Other protocols map their codes to these. */
function failureReason(code: number, retryable: boolean): StatusReason {
  switch (code) {
    case 408:
      return 'timed-out';
    case 413:
    case 513:
      return 'too-large';
    case 415:
    case 488:
      return 'type-refused';
    case 404:
    case 410:
      return 'recipient-unknown';
    case 401:
    case 403:
    case 407:
      return 'forbidden';
    default:
      return retryable ? 'gave-up' : 'refused';
  }
}
