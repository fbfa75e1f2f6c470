import { backOff } from '../time/backOff.ts';
import { checkTimeout } from '../time/sleepTolerantTimeout.ts';
import { NO_DEADLINE, type Step } from '../time/step.ts';
import {
  allUnstored,
  allWaiting,
  changeItem,
  firstHold,
  firstWaiting,
  nextToWrite,
  noWaitingItems,
  type OutboxItem,
  putItem,
  takeItem,
  type WaitingItems,
  waitingItem,
} from './waitingItems.ts';

/**
 * The queue of outgoing messages, first in, first out, usually with one in flight. A retryable failure keeps the head
 * and retries it later; a message without a response in time leaves the queue as timed out. After the computer slept,
 * the wait starts again; if the connection was lost meanwhile, the message is sent again. A message may be held for a
 * while; those behind it wait too, so that the order is kept.
 */
export interface Outbox {
  readonly waiting: WaitingItems;
  readonly inFlight: readonly OutboxItem[];
  /** The connection is up, and the stored messages have been read. */
  readonly online: boolean;
  /** The participant is online, or the server stores messages for them. */
  readonly reachable: boolean;
  /** After a retryable failure nothing is sent before this time. */
  readonly retryAt: number;
}

export interface OutboxSettings {
  /** In ms. */
  readonly sendTimeout: number;
  readonly maxInFlight: number;
  readonly maxAttempts: number;
  /** There is a storage: that a message may have left is stored before it is sent. */
  readonly writesAhead: boolean;
}

export type OutboxEvent =
  | {
      readonly type: 'queued';
      readonly id: string;
      readonly order: number;
      readonly durable: boolean;
      readonly attempts: number;
      /** How long it is held, in ms. Absent: it is not held. */
      readonly holdFor?: number;
      /** An earlier attempt, also one of an earlier page, had no response. */
      readonly unanswered?: true;
    }
  | { readonly type: 'durable'; readonly ids: ReadonlySet<string> }
  /** A waiting message has a new text, which may have to be stored first. Its place and its hold stay. */
  | { readonly type: 'rewritten'; readonly id: string; readonly durable: boolean }
  /** The item has a final result: from the transport, from the participant, or because it was discarded. */
  | { readonly type: 'done'; readonly id: string }
  /** A retryable failure. `jitter` is a number in [0, 1). */
  | {
      readonly type: 'retryableFailure';
      readonly id: string;
      readonly attempt: number;
      readonly code: number;
      readonly jitter: number;
    }
  | { readonly type: 'open' }
  | { readonly type: 'closed' }
  | { readonly type: 'reachable'; readonly reachable: boolean }
  | { readonly type: 'time' };

export type OutboxEffect =
  | { readonly type: 'send'; readonly id: string; readonly attempt: number }
  /** Store that the item may have left. It is sent once `durable` follows. */
  | { readonly type: 'writeAhead'; readonly id: string }
  /** The item is no longer held. */
  | { readonly type: 'due'; readonly id: string }
  | { readonly type: 'timedOut'; readonly id: string }
  /** `mayHaveArrived`: the connection was lost before the response to an earlier attempt. */
  | { readonly type: 'gaveUp'; readonly id: string; readonly code: number; readonly mayHaveArrived?: true };

export const initialOutbox: Outbox = {
  waiting: noWaitingItems,
  inFlight: [],
  online: false,
  reachable: true,
  retryAt: -NO_DEADLINE,
};

export function reduceOutbox(
  state: Outbox,
  event: OutboxEvent,
  now: number,
  settings: OutboxSettings,
): Step<Outbox, OutboxEffect> {
  const effects: OutboxEffect[] = [];
  const applied = endHolds(apply(state, event, now, settings, effects), now, effects);
  const ahead = settings.writesAhead ? writeAhead(applied, effects) : applied;
  return { state: sendReady(ahead, now, settings, effects), effects };
}

/** Updates the orders of the messages in the outbox, among which retried ones are sorted. */
export function withSortKeys(state: Outbox, orders: ReadonlyMap<string, number>): Outbox {
  let { waiting, inFlight } = state;
  for (const [id, order] of orders) waiting = changeItem(waiting, id, { order });
  if (inFlight.some(({ id }) => orders.has(id))) {
    inFlight = inFlight.map((item) => ({ ...item, order: orders.get(item.id) ?? item.order }));
  }
  return waiting === state.waiting && inFlight === state.inFlight ? state : { ...state, waiting, inFlight };
}

/** The time at which the machine must run next; `NO_DEADLINE`: not before the next event. */
export function outboxDeadline(state: Outbox): number {
  const answerBy = state.inFlight.reduce((earliest, item) => Math.min(earliest, item.answerBy), NO_DEADLINE);
  const hold = firstHold(state.waiting)?.heldUntil ?? NO_DEADLINE;
  const next = firstWaiting(state.waiting);
  const waitsForRetry = ready(state) && next !== undefined && mayGo(next) && state.retryAt > -NO_DEADLINE;
  return Math.min(answerBy, hold, waitsForRetry ? state.retryAt : NO_DEADLINE);
}

/** The messages and operations that wait, in order. */
export function waitingItems({ waiting }: Pick<Outbox, 'waiting'>): Iterable<OutboxItem> {
  return allWaiting(waiting);
}

/** The ids of the messages and operations that wait to be stored. */
export function unstoredItems({ waiting }: Pick<Outbox, 'waiting'>): readonly string[] {
  return allUnstored(waiting);
}

export function isQueued(state: Outbox, id: string): boolean {
  return isInFlight(state, id) || waitingItem(state.waiting, id) !== undefined;
}

/** Whether an item waits that is stored, or is being stored, as one that may have left. */
export function isWrittenAhead({ waiting }: Outbox, id: string): boolean {
  return waitingItem(waiting, id)?.writtenAhead === true;
}

/** Whether an earlier attempt of an item in flight may have arrived, since it had no response. */
export function isUnanswered({ inFlight }: Outbox, id: string): boolean {
  return inFlight.some((item) => item.id === id && item.unanswered === true);
}

export function isInFlight(state: Outbox, id: string): boolean {
  return state.inFlight.some((item) => item.id === id);
}

/** How often an item of the outbox was passed to the transport; undefined if it is not in the outbox. */
export function attemptsOf(state: Outbox, id: string): number | undefined {
  return (state.inFlight.find((item) => item.id === id) ?? waitingItem(state.waiting, id))?.attempts;
}

function apply(
  state: Outbox,
  event: OutboxEvent,
  now: number,
  settings: OutboxSettings,
  effects: OutboxEffect[],
): Outbox {
  switch (event.type) {
    case 'queued': {
      const { id, order, durable, attempts, holdFor, unanswered } = event;
      if (isQueued(state, id)) return state;
      const hold = holdFor === undefined ? {} : { heldUntil: now + holdFor };
      const earlier = unanswered === undefined ? {} : { unanswered };
      // A record that was stored after an attempt has `attempts` above 0.
      const stored = { durable, writtenAhead: attempts > 0 };
      const item = {
        id,
        order,
        ...stored,
        attempts,
        failures: 0,
        answerBy: NO_DEADLINE,
        extended: false,
        ...hold,
        ...earlier,
      };
      return { ...state, waiting: putItem(state.waiting, item) };
    }
    case 'durable': {
      let { waiting } = state;
      for (const id of event.ids) {
        if (waitingItem(waiting, id)?.durable === false) waiting = changeItem(waiting, id, { durable: true });
      }
      return { ...state, waiting };
    }
    case 'rewritten':
      return { ...state, waiting: changeItem(state.waiting, event.id, { durable: event.durable }) };
    case 'done':
      return { ...state, waiting: takeItem(state.waiting, event.id), inFlight: without(state.inFlight, event.id) };
    case 'retryableFailure':
      return fail(state, event, now, settings, effects);
    case 'open':
      return { ...state, online: true, retryAt: -NO_DEADLINE };
    case 'closed':
      // Items in flight are sent again under the same id once the connection is restored.
      return {
        ...state,
        online: false,
        retryAt: -NO_DEADLINE,
        inFlight: [],
        waiting: comeBack(
          state,
          state.inFlight.map((item) => ({ ...item, unanswered: true })),
        ),
      };
    case 'reachable':
      if (event.reachable === state.reachable) return state;
      return {
        ...state,
        reachable: event.reachable,
        retryAt: -NO_DEADLINE,
        waiting: withoutFailures(state.waiting),
      };
    case 'time':
      return expire(state, now, settings, effects);
  }
}

function fail(
  state: Outbox,
  event: OutboxEvent & { readonly type: 'retryableFailure' },
  now: number,
  settings: OutboxSettings,
  effects: OutboxEffect[],
): Outbox {
  const item = state.inFlight.find((candidate) => candidate.id === event.id);
  // The failure of an earlier attempt arrives late and is ignored.
  if (item === undefined || item.attempts !== event.attempt) return state;
  const inFlight = without(state.inFlight, item.id);
  const failures = item.failures + 1;
  if (failures >= settings.maxAttempts) {
    const mayHaveArrived = item.unanswered === true ? { mayHaveArrived: true as const } : {};
    effects.push({ type: 'gaveUp', id: item.id, code: event.code, ...mayHaveArrived });
    return { ...state, inFlight };
  }
  const waiting = comeBack(state, [{ ...item, failures }]);
  return { ...state, inFlight, waiting, retryAt: now + backOff(failures, event.jitter) };
}

function expire(state: Outbox, now: number, { sendTimeout }: OutboxSettings, effects: OutboxEffect[]): Outbox {
  if (state.inFlight.every((item) => now < item.answerBy)) return state;
  const inFlight: OutboxItem[] = [];
  for (const item of state.inFlight) {
    const timeout = checkTimeout({ deadline: item.answerBy, extended: item.extended }, now, sendTimeout);
    if (timeout === undefined) effects.push({ type: 'timedOut', id: item.id });
    else inFlight.push({ ...item, answerBy: timeout.deadline, extended: timeout.extended });
  }
  return { ...state, inFlight };
}

function endHolds(state: Outbox, now: number, effects: OutboxEffect[]): Outbox {
  let { waiting } = state;
  for (let due = firstHold(waiting); due !== undefined && due.heldUntil <= now; due = firstHold(waiting)) {
    effects.push({ type: 'due', id: due.id });
    const { heldUntil: _held, ...released } = waitingItem(waiting, due.id) as OutboxItem;
    waiting = putItem(waiting, released);
  }
  return waiting === state.waiting ? state : { ...state, waiting };
}

/** All items that may be sent, now or behind others, are stored as such in one write. */
function writeAhead(state: Outbox, effects: OutboxEffect[]): Outbox {
  if (!ready(state)) return state;
  let { waiting } = state;
  for (let item = nextToWrite(waiting); item !== undefined; item = nextToWrite(waiting)) {
    effects.push({ type: 'writeAhead', id: item.id });
    waiting = putItem(waiting, { ...item, writtenAhead: true, durable: false });
  }
  return waiting === state.waiting ? state : { ...state, waiting };
}

/** Sends the items that may be sent now, in order. */
function sendReady(state: Outbox, now: number, settings: OutboxSettings, effects: OutboxEffect[]): Outbox {
  if (!ready(state) || now < state.retryAt) return state;
  let { waiting } = state;
  const inFlight = [...state.inFlight];
  for (let next = firstWaiting(waiting); next !== undefined; next = firstWaiting(waiting)) {
    if (inFlight.length >= settings.maxInFlight || !mayGo(next)) break;
    const sent = { ...next, attempts: next.attempts + 1, answerBy: now + settings.sendTimeout, extended: false };
    effects.push({ type: 'send', id: sent.id, attempt: sent.attempts });
    waiting = takeItem(waiting, sent.id);
    inFlight.push(sent);
  }
  return waiting === state.waiting ? state : { ...state, waiting, inFlight, retryAt: -NO_DEADLINE };
}

function mayGo({ durable, heldUntil }: OutboxItem): boolean {
  return durable && heldUntil === undefined;
}

function ready(state: Outbox): boolean {
  return state.online && state.reachable;
}

function without(items: readonly OutboxItem[], id: string): readonly OutboxItem[] {
  return items.some((item) => item.id === id) ? items.filter((item) => item.id !== id) : items;
}

function comeBack(state: Outbox, items: readonly OutboxItem[]): WaitingItems {
  return items.reduce((waiting, item) => putItem(waiting, { ...item, answerBy: NO_DEADLINE }), state.waiting);
}

/** A participant who connects or disconnects is a new chance for waiting items. */
function withoutFailures(waiting: WaitingItems): WaitingItems {
  return waiting.failing.reduce((next, id) => changeItem(next, id, { failures: 0 }), waiting);
}
