import {
  postToTabs,
  putRecord,
  raiseStatusChanged,
  recordOf,
  removeRecord,
  setState,
  type Transaction,
} from '../engine/transaction.ts';
import { type MessageRecord, type MessageStatus, PENDING_ORDER } from '../messages/messageRecord.ts';
import { dispatchLocalComposing } from '../typing/handlers.ts';
import { type FailureDetails, isWaiting, requeue, withStatus } from '../messages/messageStatus.ts';
import { isInFlight, type OutboxEffect, type OutboxEvent, type OutboxSettings, reduceOutbox } from './machine.ts';
import type { SendResult, TransportFailure } from '../ports/transport.ts';
import { assignSortKey } from '../inbox/sortKeys.ts';

/** SIP response codes that the engine itself uses. */
export const REQUEST_TIMEOUT = 408;

/** Codes of failures that may pass when the user tries again; other 4xx need another message. */
const RETRYABLE: ReadonlySet<number> = new Set([408, 429, 480, 486, 487]);
/** How many discarded messages are remembered. */
const MAX_DISCARDED_IDS = 200;

/** Queues a new message. */
export function send(tx: Transaction, message: Pick<MessageRecord, 'id' | 'contentType' | 'body'>): void {
  const { wall, localAddress, hasStorage } = tx.context;
  const mirrors = tx.state.role === 'follower';
  // Rising over reloads too, so that what waited before stays before.
  const order = Math.max(tx.state.lastPendingOrder + 1, PENDING_ORDER + wall);
  setState(tx, { lastPendingOrder: order });
  const record: MessageRecord = {
    ...message,
    messageId: message.id,
    direction: 'outgoing',
    sender: localAddress,
    order,
    at: wall,
    status: 'queued',
    attempts: 0,
    timestamps: { queued: wall },
    deliveryFailures: [],
    isContentTypeSupported: true,
  };
  putRecord(tx, record, !mirrors);
  if (mirrors) {
    // The speaker stores it too, and what it stores is newer.
    if (hasStorage) tx.insertIfAbsent.set(record.id, record);
    postToTabs(tx, { kind: 'send', record });
  }
  dispatchLocalComposing(tx, { type: 'messageQueued' });
  enqueue(tx, record, !hasStorage);
}

/** Puts a waiting message into the outbox. */
export function enqueue(tx: Transaction, { id, order, attempts }: MessageRecord, durable: boolean): void {
  dispatchOutbox(tx, { type: 'queued', id, order, attempts, durable });
}

/** Sends a failed message again; whoever asks twice has it sent once. */
export function retry(tx: Transaction, id: string): void {
  const record = recordOf(tx, id);
  if (record?.status !== 'failed') return;
  const again = requeue(record, tx.context.wall);
  putRecord(tx, again);
  raiseStatusChanged(tx, again, record.status);
  enqueue(tx, again, !tx.context.hasStorage);
}

/** Forgets a message that did not go out. */
export function discard(tx: Transaction, id: string): void {
  const record = recordOf(tx, id);
  if (record === undefined || !mayDiscard(tx, record)) return;
  setState(tx, { discardedIds: [...tx.state.discardedIds, id].slice(-MAX_DISCARDED_IDS) });
  forget(tx, record);
}

/** A message was discarded, here or in another tab: this one may be about to store it. */
export function forget(tx: Transaction, record: MessageRecord): void {
  removeRecord(tx, record.id);
  tx.effects.push({ type: 'discarded', record });
  dispatchOutbox(tx, { type: 'done', id: record.id });
}

/** A message may be forgotten until it is handed to the wire, and again once it failed. */
export function mayDiscard(tx: Pick<Transaction, 'state'>, record: MessageRecord): boolean {
  if (record.direction !== 'outgoing') return false;
  if (isWaiting(record)) return record.status === 'queued' && !isInFlight(tx.state.outbox, record.id);
  return record.status === 'failed' || record.status === 'undeliverable';
}

/** The wire took a message. */
export function sendSucceeded(tx: Transaction, id: string, answer: SendResult): void {
  const record = recordOf(tx, id);
  if (record === undefined) return;
  const { deliveryNotifications } = tx.context.capabilities;
  const final = answer.outcome === 'delivered' || !(answer.notificationExpected ?? deliveryNotifications);
  const next = advanceStatus(tx, record, answer.outcome === 'delivered' ? 'delivered' : 'sent', undefined, final);
  // The message's echo may have said it first, but not that nothing more will come.
  if (next === undefined && final) tx.effects.push({ type: 'settle', record: recordOf(tx, id) ?? record, final });
}

/** The wire did not take a message. */
export function sendFailed(tx: Transaction, id: string, attempt: number, failure: TransportFailure): void {
  const record = recordOf(tx, id);
  if (record === undefined) return;
  if (failure.retryable) {
    dispatchOutbox(tx, { type: 'retryableFailure', id, attempt, code: failure.code, jitter: tx.context.jitter });
    return;
  }
  // An older try's refusal says nothing of the one on its way.
  if (record.attempts !== attempt) return;
  fail(tx, record, failure.code);
}

/** Feeds the outbox machine and does what it says. */
export function dispatchOutbox(tx: Transaction, event: OutboxEvent): void {
  const step = reduceOutbox(tx.state.outbox, event, tx.context.now, outboxSettings(tx));
  setState(tx, { outbox: step.state });
  for (const effect of step.effects) executeEffect(tx, effect);
}

/**
 * Takes a message to a later status; a step back does nothing and returns undefined.
 * `final`: no more is to be expected for it.
 */
export function advanceStatus(
  tx: Transaction,
  record: MessageRecord,
  status: MessageStatus,
  failure: FailureDetails | undefined,
  final: boolean,
): MessageRecord | undefined {
  const next = withStatus(record, status, tx.context.wall, failure);
  const placed = next === record ? record : assignSortKey(tx, next);
  if (placed !== record) putRecord(tx, placed);
  const progressed = placed.status !== record.status;
  if (progressed) {
    raiseStatusChanged(tx, placed, record.status);
    tx.effects.push({ type: 'settle', record: placed, final });
  }
  // Last, since it may hand over the next message.
  dispatchOutbox(tx, { type: 'done', id: record.id });
  return progressed ? placed : undefined;
}

function executeEffect(tx: Transaction, effect: OutboxEffect): void {
  const record = recordOf(tx, effect.id);
  if (record === undefined) return;
  switch (effect.type) {
    case 'send': {
      const { attempt } = effect;
      const sending = { ...withStatus(record, 'sending', tx.context.wall), attempts: attempt };
      // "Sending" is not worth a write: after a crash a queued message is sent again under its id.
      putRecord(tx, sending, false);
      raiseStatusChanged(tx, sending, record.status);
      tx.effects.push({ type: 'sendMessage', record: sending, attempt });
      dispatchLocalComposing(tx, { type: 'messageHandedOver' });
      return;
    }
    case 'timedOut':
      fail(tx, record, REQUEST_TIMEOUT);
      return;
    case 'gaveUp':
      fail(tx, record, effect.code);
  }
}

/** SIP's classes: 6xx arrived and was refused; others did not arrive. */
function fail(tx: Transaction, record: MessageRecord, code: number): void {
  if (code >= 600) {
    const failure = { code, deliveryFailures: [{ recipient: tx.context.remote, responseCode: code }] };
    advanceStatus(tx, record, 'undeliverable', failure, true);
  } else {
    advanceStatus(tx, record, 'failed', { code, retryable: code >= 500 || RETRYABLE.has(code) }, true);
  }
}

function outboxSettings(tx: Transaction): OutboxSettings {
  const { settings, capabilities } = tx.context;
  return {
    sendTimeout: settings.sendTimeout,
    maxInFlight: capabilities.maxInFlight ?? 1,
    maxAttempts: settings.maxSendAttempts,
  };
}
