import {
  type OutboxEffect,
  type OutboxEvent,
  type OutboxSettings,
  isInFlight,
  reduceOutbox,
  reordered,
} from '../machines/outbox.ts';
import { type MessageRecord, type MessageStatus, PENDING_ORDER } from '../messages/messageRecord.ts';
import { advanced, type FailureDetails, isPlaced, isWaiting, requeued } from '../messages/messageStatus.ts';
import type { ChannelEvent, SendAnswer, TransportFailure } from '../ports/transport.ts';
import { feedLocalComposing } from './composing.ts';
import {
  acknowledgeToWire,
  diagnose,
  mark,
  newestFirst,
  postToTabs,
  put,
  raiseNotified,
  raiseStatusChanged,
  recordOf,
  recordsWithMessageId,
  remove,
  type Turn,
  update,
} from './turn.ts';

/** SIP response codes that the engine itself uses. */
export const REQUEST_TIMEOUT = 408;

/** Codes of failures that may pass when the user tries again; other 4xx need another message. */
const RETRYABLE: ReadonlySet<number> = new Set([408, 429, 480, 486, 487]);

/** How many notifications wait for a storage that can't be read. */
const MOST_ORPHANS = 1_000;

/** How many discarded messages are remembered. */
const MOST_DISCARDED = 200;

/** Queues a new message. */
export function send(turn: Turn, message: Pick<MessageRecord, 'id' | 'contentType' | 'body'>): void {
  const { wall, localAddress, hasStorage } = turn.world;
  const mirrors = turn.machines.role === 'mirror';
  // Rising over reloads too, so that what waited before stays before.
  const order = Math.max(turn.machines.lastPendingOrder + 1, PENDING_ORDER + wall);
  update(turn, { lastPendingOrder: order });
  const record: MessageRecord = {
    ...message,
    messageId: message.id,
    direction: 'outgoing',
    sender: localAddress,
    order,
    at: wall,
    status: 'queued',
    attempts: 0,
    times: { queued: wall },
    deliveryFailures: [],
    isContentTypeSupported: true,
  };
  put(turn, record, !mirrors);
  if (mirrors) {
    // The speaker stores it too, and what it stores is newer.
    if (hasStorage) turn.added.set(record.id, record);
    postToTabs(turn, { kind: 'send', record });
  }
  feedLocalComposing(turn, { type: 'messageQueued' });
  enqueue(turn, record, !hasStorage);
}

/** Puts a waiting message into the outbox. */
export function enqueue(turn: Turn, { id, order, attempts }: MessageRecord, durable: boolean): void {
  feedOutbox(turn, { type: 'queued', id, order, attempts, durable });
}

/** Sends a failed message again; whoever asks twice has it sent once. */
export function retry(turn: Turn, id: string): void {
  const record = recordOf(turn, id);
  if (record?.status !== 'failed') return;
  const again = requeued(record, turn.world.wall);
  put(turn, again);
  raiseStatusChanged(turn, again, record.status);
  enqueue(turn, again, !turn.world.hasStorage);
}

/** Forgets a message that did not go out. */
export function discard(turn: Turn, id: string): void {
  const record = recordOf(turn, id);
  if (record === undefined || !mayDiscard(turn, record)) return;
  update(turn, { discarded: [...turn.machines.discarded, id].slice(-MOST_DISCARDED) });
  forget(turn, record);
}

/** A message was discarded, here or in another tab: this one may be about to store it. */
export function forget(turn: Turn, record: MessageRecord): void {
  remove(turn, record.id);
  turn.effects.push({ type: 'discarded', record });
  feedOutbox(turn, { type: 'done', id: record.id });
}

/** A message may be forgotten until it is handed to the wire, and again once it failed. */
export function mayDiscard(turn: Pick<Turn, 'machines'>, record: MessageRecord): boolean {
  if (record.direction !== 'outgoing') return false;
  if (isWaiting(record)) return record.status === 'queued' && !isInFlight(turn.machines.outbox, record.id);
  return record.status === 'failed' || record.status === 'undeliverable';
}

/** The wire took a message. */
export function answered(turn: Turn, id: string, answer: SendAnswer): void {
  const record = recordOf(turn, id);
  if (record === undefined) return;
  const { deliveryNotifications } = turn.world.capabilities;
  const final = answer.outcome === 'delivered' || !(answer.notificationExpected ?? deliveryNotifications);
  const next = progress(turn, record, answer.outcome === 'delivered' ? 'delivered' : 'sent', undefined, final);
  // The message's echo may have said it first, but not that nothing more will come.
  if (next === undefined && final) turn.effects.push({ type: 'settle', record: recordOf(turn, id) ?? record, final });
}

/** The wire did not take a message. */
export function rejected(turn: Turn, id: string, attempt: number, failure: TransportFailure): void {
  const record = recordOf(turn, id);
  if (record === undefined) return;
  if (failure.mayPass) {
    feedOutbox(turn, { type: 'failedForNow', id, attempt, code: failure.code, jitter: turn.world.jitter });
    return;
  }
  // An older try's refusal says nothing of the one on its way.
  if (record.attempts !== attempt) return;
  fail(turn, record, failure.code);
}

/** A delivery notification of the participant (UCMA: matched with the message that it is about). */
export function notified(turn: Turn, event: ChannelEvent & { readonly type: 'notification' }): void {
  const { messageId, outcome } = event;
  const record = recordsWithMessageId(turn, messageId).find((candidate) => candidate.direction === 'outgoing');
  if (record === undefined && turn.machines.history.unread > 0) {
    // The message may be in the storage, which could not be read so far.
    update(turn, { orphans: [...turn.machines.orphans, event].slice(-MOST_ORPHANS) });
    return;
  }
  applyNotification(turn, event, record);
  acknowledgeToWire(turn, { id: record?.id ?? '', messageId, outcome });
}

function applyNotification(
  turn: Turn,
  event: ChannelEvent & { readonly type: 'notification' },
  record: MessageRecord | undefined,
): void {
  const { sender, outcome } = event;
  if (sender !== turn.world.remote && !turn.machines.aliases.includes(sender)) {
    diagnose(turn, 'notification-foreign', 'A delivery notification came from somebody the message did not go to.');
    return;
  }
  if (record === undefined) {
    diagnose(turn, 'notification-unknown', 'A delivery notification names a message that is not known.');
    return;
  }
  const status = outcome === 'failed' ? 'undeliverable' : outcome;
  const failure = outcome === 'failed' ? failureOf(event) : undefined;
  const next = progress(turn, record, status, failure, true);
  if (next === undefined) {
    if (outcome === 'failed' && record.status !== 'undeliverable') {
      diagnose(turn, 'notification-late', 'A failure notification came for a message that had arrived.');
    }
  } else {
    raiseNotified(turn, next, outcome);
  }
  if (outcome !== 'displayed' || event.upTo !== true) return;
  if (event.covers === undefined) displayedUpTo(turn, recordOf(turn, record.id)?.order ?? 0);
  else displayedAll(turn, event.covers);
}

/** Feeds the outbox machine and does what it says. */
export function feedOutbox(turn: Turn, event: OutboxEvent): void {
  const step = reduceOutbox(turn.machines.outbox, event, turn.world.now, outboxSettings(turn));
  update(turn, { outbox: step.state });
  for (const effect of step.effects) perform(turn, effect);
}

/** Gives own messages that the wire has seen their place: this one, and those sent before it. */
export function place(turn: Turn, record: MessageRecord): MessageRecord {
  if (isPlaced(record)) return record;
  const orders = new Map<string, number>();
  for (const other of pendingRecords(turn).filter((candidate) => candidate.order < record.order)) {
    const order = takeOrder(turn);
    orders.set(other.id, order);
    put(turn, { ...other, order });
  }
  if (orders.size > 0) update(turn, { outbox: reordered(turn.machines.outbox, orders) });
  return { ...record, order: takeOrder(turn) };
}

/** Own messages without a place, in order: those at the end of the table, and those that came in with this turn. */
function pendingRecords(turn: Turn): MessageRecord[] {
  const pending = new Map<string, MessageRecord>();
  for (const other of newestFirst(turn)) {
    if (isPlaced(other)) break;
    pending.set(other.id, other);
  }
  for (const other of turn.changes.values()) if (other !== undefined && !isPlaced(other)) pending.set(other.id, other);
  return Array.from(pending.values()).toSorted((one, two) => one.order - two.order);
}

export function takeOrder(turn: Turn): number {
  const order = turn.machines.nextOrder;
  update(turn, { nextOrder: order + 1 });
  return order;
}

/**
 * Takes a message to a later status; a step back does nothing and returns undefined.
 * `final`: no more is to be expected for it.
 */
export function progress(
  turn: Turn,
  record: MessageRecord,
  status: MessageStatus,
  failure: FailureDetails | undefined,
  final: boolean,
): MessageRecord | undefined {
  const next = advanced(record, status, turn.world.wall, failure);
  const placed = next === record ? record : place(turn, next);
  if (placed !== record) put(turn, placed);
  const progressed = placed.status !== record.status;
  if (progressed) {
    raiseStatusChanged(turn, placed, record.status);
    turn.effects.push({ type: 'settle', record: placed, final });
  }
  // Last, since it may hand over the next message.
  feedOutbox(turn, { type: 'done', id: record.id });
  return progressed ? placed : undefined;
}

function perform(turn: Turn, effect: OutboxEffect): void {
  const record = recordOf(turn, effect.id);
  if (record === undefined) return;
  switch (effect.type) {
    case 'handOver': {
      const { attempt } = effect;
      const sending = { ...advanced(record, 'sending', turn.world.wall), attempts: attempt };
      // "Sending" is not worth a write: after a crash a queued message is sent again under its id.
      put(turn, sending, false);
      raiseStatusChanged(turn, sending, record.status);
      turn.effects.push({ type: 'sendMessage', record: sending, attempt });
      feedLocalComposing(turn, { type: 'messageHandedOver' });
      return;
    }
    case 'timedOut':
      fail(turn, record, REQUEST_TIMEOUT);
      return;
    case 'gaveUp':
      fail(turn, record, effect.code);
  }
}

/** SIP's classes: 6xx arrived and was refused; others did not arrive. */
function fail(turn: Turn, record: MessageRecord, code: number): void {
  if (code >= 600) {
    const failure = { code, deliveryFailures: [{ recipient: turn.world.remote, responseCode: code }] };
    progress(turn, record, 'undeliverable', failure, true);
  } else {
    progress(turn, record, 'failed', { code, retryable: code >= 500 || RETRYABLE.has(code) }, true);
  }
}

/** All up to an order are displayed, as far as they are known to have arrived: a marker proves nothing of others. */
function displayedUpTo(turn: Turn, order: number): void {
  const known = turn.machines.marks.remoteDisplayedOrder;
  if (order <= known) return;
  mark(turn, { remoteDisplayedOrder: order, remoteDisplayedAt: turn.world.wall });
  for (const record of newestFirst(turn)) {
    if (record.order > order) continue;
    if (record.order <= known) break;
    if (isCovered(turn, record)) progress(turn, record, 'displayed', undefined, true);
  }
}

/** A marker that names what it stands for. */
function displayedAll(turn: Turn, messageIds: readonly string[]): void {
  for (const messageId of messageIds) {
    const record = recordsWithMessageId(turn, messageId).find((candidate) => candidate.direction === 'outgoing');
    if (record !== undefined) progress(turn, record, 'displayed', undefined, true);
  }
}

/** Whether a marker for a later message covers this one. */
export function isCovered(turn: Turn, record: MessageRecord): boolean {
  if (record.direction !== 'outgoing') return false;
  const arrived = turn.world.capabilities.deliveryNotifications ? 'delivered' : 'sent';
  return record.status === 'delivered' || record.status === arrived;
}

function failureOf(event: ChannelEvent & { readonly type: 'notification' }): FailureDetails {
  const code = event.code ?? event.failures?.[0]?.responseCode ?? 500;
  const deliveryFailures = event.failures ?? [{ recipient: event.sender, responseCode: code }];
  return { code, deliveryFailures };
}

function outboxSettings(turn: Turn): OutboxSettings {
  const { settings, capabilities } = turn.world;
  return {
    sendTimeout: settings.sendTimeout,
    maxInFlight: capabilities.maxInFlight ?? 1,
    maxAttempts: settings.maxSendAttempts,
  };
}
