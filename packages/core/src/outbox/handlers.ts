/** Connects the outbox machine with the records of messages: results of the transport, and operations. */

import {
  putOperation,
  putRecord,
  raiseEvent,
  raiseStatusChanged,
  recordOf,
  recordsWithRevision,
  removeOperation,
  setState,
  settle,
  type SettledReason,
  storeOperation,
  type Transaction,
} from '../engine/transaction.ts';
import { type MessageRecord, type MessageStatus, PENDING_ORDER } from '../messages/messageRecord.ts';
import { dispatchLocalComposing } from '../typing/handlers.ts';
import { type FailureDetails, isPending, isWaiting, withStatus } from '../messages/messageStatus.ts';
import { findRevision, firstRevision, mapRevision, revisionId } from '../messages/revisions.ts';
import {
  attemptsOf,
  isUnanswered,
  type OutboxEffect,
  type OutboxEvent,
  type OutboxSettings,
  reduceOutbox,
} from './machine.ts';
import type { MessageOperation } from '../ports/operations.ts';
import type { PendingOperation } from '../ports/storage.ts';
import type { SendResult, TransportFailure } from '../ports/transport.ts';
import { operationOf, operationsOn } from '../operations/pendingOperations.ts';
import { withoutRefusedReactions } from '../operations/reactions.ts';
import { MAX_SEND_DELAY } from '../engine/settings.ts';
import { assignSortKey } from '../inbox/sortKeys.ts';

/** SIP response codes that the engine sets. */
export const REQUEST_TIMEOUT = 408;

/** Codes of failures after which a retry of the user may succeed; other 4xx require a different message. */
const RETRYABLE: ReadonlySet<number> = new Set([408, 429, 480, 486, 487]);

/** Codes of failures that each attempt meets: an unknown recipient, or a malformed, too large or unsupported message. */
const PERMANENT_REFUSALS: ReadonlySet<number> = new Set([400, 404, 410, 413, 415, 488]);

/** How many operations that ended are remembered by their ids. */
const MAX_ENDED_OPERATIONS = 200;

/** The next order in the outbox. It rises across reloads, so that messages keep their order. */
export function takePendingOrder(tx: Transaction): number {
  const order = Math.max(tx.state.lastPendingOrder + 1, PENDING_ORDER + tx.context.wall);
  setState(tx, { lastPendingOrder: order });
  return order;
}

/**
 * Adds a queued message to the outbox, or has its file uploaded first; messages behind it do not wait for the upload.
 * @param unanswered an earlier attempt had no response, so that it may have arrived.
 */
export function enqueue(tx: Transaction, record: MessageRecord, durable: boolean, unanswered = false): void {
  const { attempts } = firstRevision(record);
  const { heldUntil } = record;
  if (record.uploadPending === true) {
    if (tx.state.role === 'leader') tx.effects.push({ type: 'upload', id: record.id });
    return;
  }
  const hold = heldUntil === undefined ? {} : { holdFor: holdLeft(tx, heldUntil) };
  const earlier = unanswered ? { unanswered } : {};
  dispatchOutbox(tx, { type: 'queued', id: record.id, order: record.order, attempts, durable, ...hold, ...earlier });
}

/** A new message is held for the send delay. */
export function holdOf({ context }: Transaction): Pick<MessageRecord, 'heldUntil'> {
  const { sendDelay } = context.settings;
  return sendDelay > 0 ? { heldUntil: context.wall + sendDelay } : {};
}

/** For how long a message is still held, in ms: no longer than any may be, even if the time of day was set back. */
function holdLeft(tx: Transaction, heldUntil: number): number {
  return Math.min(Math.max(heldUntil - tx.context.wall, 0), MAX_SEND_DELAY);
}

/** The file of a message is uploaded: the message is sent with its address. */
export function uploadSucceeded(tx: Transaction, id: string, body: string): void {
  const record = recordOf(tx, id);
  if (record?.uploadPending !== true || record.status !== 'queued') return;
  const { uploadPending: _pending, ...message } = record;
  // The record becomes newer than those of other tabs and of the storage, which wait for the upload.
  const sequence = Math.max(tx.context.wall, (record.revision?.sequence ?? 0) + 1);
  // Only now, since the outbox measures the hold.
  const uploaded = {
    ...message,
    ...holdOf(tx),
    body,
    revision: { id: record.messageId, sequence, at: tx.context.wall },
  };
  putRecord(tx, uploaded);
  enqueue(tx, uploaded, !tx.context.hasStorage);
}

/** The file of a message could not be uploaded. */
export function uploadFailed(tx: Transaction, id: string, code: number): void {
  if (recordOf(tx, id)?.uploadPending === true) fail(tx, id, code);
}

/** Handles the acceptance of a message or an operation by the transport. */
export function sendSucceeded(tx: Transaction, id: string, result: SendResult): void {
  const pending = pendingOperation(tx, id);
  if (pending?.operation.kind === 'react') {
    reactionAnswered(tx, pending, undefined);
    return;
  }
  const sent = sentRevision(tx, id);
  if (sent === undefined) {
    leaveOutbox(tx, id);
    return;
  }
  const { record, revision } = sent;
  const { deliveryNotifications } = tx.context.capabilities;
  const final = result.outcome === 'delivered' || !(result.notificationExpected ?? deliveryNotifications);
  const status = result.outcome === 'delivered' ? 'delivered' : 'sent';
  const next = advanceStatus(tx, record, revision, status, undefined, final);
  const known = findRevision(recordOf(tx, record.id) ?? record, revision);
  // The echo may have set the status before, but it does not say that no notification will follow.
  if (next === undefined && final && known !== undefined) settle(tx, id, known, final);
}

/** Handles the failure of a message or an operation. */
export function sendFailed(tx: Transaction, id: string, attempt: number, failure: TransportFailure): void {
  if (failure.retryable) {
    dispatchOutbox(tx, { type: 'retryableFailure', id, attempt, code: failure.code, jitter: tx.context.jitter });
    return;
  }
  // The refusal of an earlier attempt does not apply to the one in flight.
  const sent = sentRevision(tx, id);
  const attempts = sent && findRevision(sent.record, sent.revision)?.attempts;
  // The attempts of reactions are counted only in the outbox.
  if ((attempts ?? attemptsOf(tx.state.outbox, id)) !== attempt) return;
  // The refusal says nothing about an attempt that may have arrived, unless each attempt would be refused.
  const mayHaveArrived =
    isUnanswered(tx.state.outbox, id) && !PERMANENT_REFUSALS.has(failure.code) && failure.code < 600;
  fail(tx, id, mayHaveArrived ? REQUEST_TIMEOUT : failure.code);
}

/** The record of a message or an operation that was sent, and which revision of it that is. */
function sentRevision(tx: Transaction, id: string): { record: MessageRecord; revision: string } | undefined {
  const pending = pendingOperation(tx, id);
  const record = recordOf(tx, pending?.recordId ?? id) ?? recordsWithRevision(tx, id)[0];
  return record && { record, revision: record.id === id ? record.messageId : id };
}

/** Dispatches an event to the outbox machine and executes its effects. */
export function dispatchOutbox(tx: Transaction, event: OutboxEvent): void {
  const step = reduceOutbox(tx.state.outbox, event, tx.context.now, outboxSettings(tx));
  setState(tx, { outbox: step.state });
  for (const effect of step.effects) executeEffect(tx, effect);
}

/** Removes a message or an operation from the outbox. */
export function leaveOutbox(tx: Transaction, id: string): void {
  if (removeOperation(tx, id)) {
    setState(tx, { endedOperations: [...tx.state.endedOperations, id].slice(-MAX_ENDED_OPERATIONS) });
    if (tx.state.role === 'leader') storeOperation(tx, id);
  }
  dispatchOutbox(tx, { type: 'done', id });
}

/** Removes items from the outbox that a record from another tab or the storage shows as no longer pending. */
export function leaveOutboxAsIn(tx: Transaction, record: MessageRecord): void {
  if (!isWaiting(record)) leaveOutbox(tx, record.id);
  if (!isPending(record) && revisionId(record) !== record.messageId) leaveOutbox(tx, revisionId(record));
}

/** The id of a revision in the outbox and for the application. */
export function outboxId(record: MessageRecord, revision: string): string {
  return revision === record.messageId ? record.id : revision;
}

/**
 * Advances the status of one revision; a step back does nothing and returns undefined. `final`: no later result will
 * follow.
 */
export function advanceStatus(
  tx: Transaction,
  record: MessageRecord,
  revision: string,
  status: MessageStatus,
  failure: FailureDetails | undefined,
  final: boolean,
): MessageRecord | undefined {
  const next = mapRevision(record, revision, (known) => withStatus(known, status, tx.context.wall, failure));
  const placed = next === record ? record : assignSortKey(tx, next);
  if (placed !== record) putRecord(tx, placed);
  const reached = findRevision(placed, revision);
  const progressed = reached?.status !== findRevision(record, revision)?.status;
  const id = outboxId(record, revision);
  if (reached !== undefined && progressed) {
    raiseStatusChanged(tx, placed, record.status);
    settle(tx, id, reached, final);
  }
  // Last, since it may send the next message.
  leaveOutbox(tx, id);
  return progressed ? placed : undefined;
}

function executeEffect(tx: Transaction, effect: OutboxEffect): void {
  if (effect.type === 'send') handOver(tx, effect.id, effect.attempt);
  else if (effect.type === 'writeAhead') writeAhead(tx, effect.id);
  else if (effect.type === 'due') endHold(tx, effect.id);
  // The failure of the last attempt says nothing about one that may have arrived.
  else fail(tx, effect.id, effect.type === 'timedOut' || effect.mayHaveArrived ? REQUEST_TIMEOUT : effect.code);
}

/** Ends a hold. This is not stored: after a reload, a hold that has ended has no effect. */
function endHold(tx: Transaction, id: string): void {
  const { heldUntil, ...record } = recordOf(tx, id) ?? {};
  if (heldUntil !== undefined) putRecord(tx, record as MessageRecord, false);
}

/** `storeChanges` writes the record with the next attempt counted. */
function writeAhead(tx: Transaction, id: string): void {
  const sent = sentRevision(tx, id);
  if (sent !== undefined) putRecord(tx, sent.record);
  if (pendingOperation(tx, id) !== undefined) storeOperation(tx, id);
}

function handOver(tx: Transaction, id: string, attempt: number): void {
  const pending = pendingOperation(tx, id);
  const sent = sentRevision(tx, id);
  if (sent !== undefined) {
    const { record, revision } = sent;
    const sending = mapRevision(record, revision, (known) => ({
      ...withStatus(known, 'sending', tx.context.wall),
      attempts: attempt,
    }));
    // "Sending" is not worth a write: after a crash a queued message is sent again under its id.
    if (sending !== record) putRecord(tx, sending, false);
    raiseStatusChanged(tx, sending, record.status);
    if (pending === undefined) {
      const { contentType, body } = firstRevision(sending);
      tx.effects.push({ type: 'sendMessage', record: { ...sending, contentType, body }, attempt });
      dispatchLocalComposing(tx, { type: 'messageHandedOver' });
    }
  }
  if (pending === undefined) return;
  const { operation } = pending;
  const replyTo = operation.kind === 'edit' ? sent?.record.replyTo : undefined;
  const reply = replyTo === undefined ? {} : { replyTo };
  tx.effects.push({ type: 'sendOperation', operation: { ...operation, ...reply, attempt } });
}

/** SIP's classes: 6xx arrived and was refused; others did not arrive. */
function fail(tx: Transaction, id: string, code: number): void {
  const pending = pendingOperation(tx, id);
  if (pending?.operation.kind === 'react') {
    if (isRetryable(code)) reactionUnanswered(tx, pending, code);
    else reactionAnswered(tx, pending, code);
    return;
  }
  const sent = sentRevision(tx, id);
  if (sent === undefined) {
    leaveOutbox(tx, id);
    return;
  }
  const { record, revision } = sent;
  // An operation on a message that did not arrive cannot be applied.
  const dependents = record.id === id ? operationsOn(tx.state.operations, id) : [];
  for (const { operation } of dependents) fail(tx, operation.id, code);
  const latest = recordOf(tx, record.id) ?? record;
  if (code >= 600) {
    const failure = { code, deliveryFailures: [{ recipient: tx.context.remote, responseCode: code }] };
    advanceStatus(tx, latest, revision, 'undeliverable', failure, true);
  } else {
    advanceStatus(tx, latest, revision, 'failed', { code, retryable: isRetryable(code) }, true);
  }
}

function isRetryable(code: number): boolean {
  return (code >= 500 && code < 600) || RETRYABLE.has(code);
}

/**
 * It is unknown whether the set has arrived: restoring the previous one could show reactions that the participant does
 * not see. The user cannot retry a set, so it is sent again, behind all waiting items.
 */
function reactionUnanswered(tx: Transaction, pending: PendingOperation, code: number): void {
  const { operation } = pending;
  settle(tx, operation.id, { status: 'failed', deliveryFailures: [], code }, true);
  const again = { ...pending, order: takePendingOrder(tx) };
  putOperation(tx, again);
  storeOperation(tx, operation.id);
  enqueueOperation(tx, again, true);
}

function outboxSettings(tx: Transaction): OutboxSettings {
  const { settings, capabilities } = tx.context;
  return {
    sendTimeout: settings.sendTimeout,
    maxInFlight: capabilities.maxInFlight ?? 1,
    maxAttempts: settings.maxSendAttempts,
    writesAhead: tx.context.hasStorage,
  };
}

/** The pending operation of the local user with this id. */
export function pendingOperation(tx: Pick<Transaction, 'state'>, id: string): PendingOperation | undefined {
  return operationOf(tx.state.operations, id);
}

/** Puts an operation into the outbox. It is stored before it is sent. */
export function addOperation(tx: Transaction, record: MessageRecord, operation: MessageOperation): void {
  const pending = {
    operation,
    recordId: record.id,
    order: takePendingOrder(tx),
  };
  putOperation(tx, pending);
  storeOperation(tx, operation.id);
  enqueueOperation(tx, pending, !tx.context.hasStorage);
}

export function enqueueOperation(tx: Transaction, { operation, order }: PendingOperation, durable: boolean): void {
  dispatchOutbox(tx, { type: 'queued', id: operation.id, order, attempts: 0, durable });
}

/** Sends the edit or retraction of a record again. */
export function requeueOperation(tx: Transaction, record: MessageRecord): void {
  const { messageId, contentType, body } = record;
  const head = { id: revisionId(record), target: messageId, sequence: record.revision?.sequence ?? 0 };
  addOperation(
    tx,
    record,
    record.retracted === undefined ? { ...head, kind: 'edit', contentType, body } : { ...head, kind: 'retract' },
  );
}

/** Cancels the pending operations on a record. */
export function dropOperations(
  tx: Transaction,
  recordId: string,
  reason: SettledReason,
  matches: (pending: PendingOperation) => boolean = () => true,
): void {
  for (const pending of operationsOn(tx.state.operations, recordId).filter(matches)) {
    settle(tx, pending.operation.id, { status: 'queued', deliveryFailures: [] }, true, reason);
    leaveOutbox(tx, pending.operation.id);
  }
}

/** The transport responded for reactions. If it refused them with a SIP response code, the earlier ones apply again. */
function reactionAnswered(tx: Transaction, { operation, recordId }: PendingOperation, code: number | undefined): void {
  const status = code === undefined ? 'sent' : 'failed';
  settle(tx, operation.id, { status, deliveryFailures: [], ...(code === undefined ? {} : { code }) }, true);
  if (code !== undefined) refuseReactions(tx, recordOf(tx, recordId), operation.id);
  leaveOutbox(tx, operation.id);
}

/** The transport or the network refused a set of reactions. The earlier set applies again. */
export function refuseReactions(tx: Transaction, record: MessageRecord | undefined, id: string): void {
  const next = record && withoutRefusedReactions(record, id, tx.context.localAddress);
  if (next === undefined || next === record) return;
  putRecord(tx, next);
  raiseEvent(tx, 'messageChanged', { message: next, change: 'react', author: tx.context.localAddress });
}
