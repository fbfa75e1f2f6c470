import type { OutgoingNotification } from '../ports/transport.ts';
import { backOff } from '../time/backOff.ts';
import { NO_DEADLINE, type Step } from '../time/step.ts';

/**
 * The notifications that the local side owes the participant: delivered, displayed, failed. Each is sent until the
 * transport has accepted it; repeating one is harmless, since statuses only move forward.
 */
export interface Receipts {
  readonly pending: readonly PendingReceipt[];
  readonly online: boolean;
  /**
   * The participant is online, or the server stores notifications for them; and this page can store what it reports.
   */
  readonly reachable: boolean;
  readonly retryAt: number;
  /** Messages that the local user has seen since the last report, by order. */
  readonly displayed: readonly DisplayedMessage[];
  /** When they are reported, if the user is looking. */
  readonly sendDisplayedAt: number;
  /** The local user is looking. */
  readonly hasFocus: boolean;
}

export interface PendingReceipt {
  /** The key of the receipt: one for each revision of a message and each outcome. */
  readonly key: string;
  /** The record that it is about. */
  readonly id: string;
  readonly notification: OutgoingNotification;
  /** The message is stored, so the claim that it arrived stays true after a crash. */
  readonly durable: boolean;
  /** How often it was passed to the transport. */
  readonly attempts: number;
  readonly failures: number;
  /** The deadline of the response; `NO_DEADLINE` while it is not in flight. */
  readonly answerBy: number;
}

export interface DisplayedMessage {
  readonly id: string;
  readonly messageId: string;
  readonly order: number;
  /** The sender may know. */
  readonly notify: boolean;
}

export interface ReceiptsSettings {
  readonly sendTimeout: number;
  readonly displayed: 'up-to' | 'each' | false;
}

export type ReceiptsEvent =
  | {
      readonly type: 'owe';
      readonly id: string;
      readonly notification: OutgoingNotification;
      readonly durable: boolean;
    }
  | { readonly type: 'durable'; readonly ids: ReadonlySet<string> }
  | { readonly type: 'taken'; readonly key: string }
  | {
      readonly type: 'refused';
      readonly key: string;
      readonly attempt: number;
      readonly retryable: boolean;
      readonly jitter: number;
    }
  /** `attended`: the user was looking, in another tab. */
  | { readonly type: 'seen'; readonly messages: readonly DisplayedMessage[]; readonly attended: boolean }
  | { readonly type: 'attention'; readonly attentive: boolean }
  | { readonly type: 'open' }
  | { readonly type: 'closed' }
  | { readonly type: 'reachable'; readonly reachable: boolean }
  | { readonly type: 'time' };

export type ReceiptsEffect =
  | { readonly type: 'send'; readonly owed: PendingReceipt }
  | { readonly type: 'settled'; readonly owed: PendingReceipt }
  /** The transport refused it for good, or too often. */
  | { readonly type: 'dropped'; readonly owed: PendingReceipt }
  /** `revisions`: for each id, which text of the message was on the screen. */
  | {
      readonly type: 'displayed';
      readonly ids: readonly string[];
      readonly revisions: readonly string[];
      readonly order: number;
    };

/** The most notifications in flight at once. */
export const MAX_RECEIPTS_IN_FLIGHT = 16;
/** The most pending receipts; beyond, the oldest are dropped, since memory is finite. */
export const MAX_PENDING_RECEIPTS = 10_000;
/** Messages seen within this time, in ms, share one displayed receipt. */
export const DISPLAYED_DELAY = 250;
/** The most messages that one displayed receipt covers. */
export const MAX_COVERED_MESSAGES = 200;
/** A notification that fails this often is dropped. */
export const MAX_RECEIPT_ATTEMPTS = 10;

export const initialReceipts: Receipts = {
  pending: [],
  online: false,
  reachable: true,
  retryAt: -NO_DEADLINE,
  displayed: [],
  sendDisplayedAt: NO_DEADLINE,
  hasFocus: true,
};

export function reduceReceipts(
  state: Receipts,
  event: ReceiptsEvent,
  now: number,
  settings: ReceiptsSettings,
): Step<Receipts, ReceiptsEffect> {
  const effects: ReceiptsEffect[] = [];
  const applied = enqueueDisplayed(apply(state, event, now, effects), event, now, settings, effects);
  return { state: send(applied, now, settings, effects), effects };
}

/** Updates the orders of displayed messages that are still to be reported. */
export function withSortKeys(state: Receipts, orders: ReadonlyMap<string, number>): Receipts {
  if (!state.displayed.some(({ id }) => orders.has(id))) return state;
  const displayed = state.displayed.map((message) => ({ ...message, order: orders.get(message.id) ?? message.order }));
  return { ...state, displayed };
}

/** The time at which the machine must run next; `NO_DEADLINE`: not before the next event. */
export function receiptsDeadline(state: Receipts): number {
  let earliest = state.hasFocus && state.displayed.length > 0 ? state.sendDisplayedAt : NO_DEADLINE;
  for (const owed of state.pending) earliest = Math.min(earliest, owed.answerBy);
  const waits = ready(state) && state.retryAt > -NO_DEADLINE && state.pending.some(mayGo);
  return waits ? Math.min(earliest, state.retryAt) : earliest;
}

/** @param id that of the message or the operation on the network. */
export function receiptKey(id: string, outcome: OutgoingNotification['outcome']): string {
  return `${outcome === 'displayed' ? 'displayed' : 'outcome'}:${id}`;
}

function apply(state: Receipts, event: ReceiptsEvent, now: number, effects: ReceiptsEffect[]): Receipts {
  switch (event.type) {
    case 'owe':
      return enqueue(state, event.id, event.notification, event.durable, effects);
    case 'durable':
      return {
        ...state,
        pending: state.pending.map((owed) =>
          !owed.durable && event.ids.has(owed.id) ? { ...owed, durable: true } : owed,
        ),
      };
    case 'taken': {
      const owed = state.pending.find((candidate) => candidate.key === event.key);
      if (owed === undefined) return state;
      effects.push({ type: 'settled', owed });
      return { ...state, pending: state.pending.filter((other) => other !== owed) };
    }
    case 'refused':
      return refuse(state, event, now, effects);
    case 'seen': {
      const byId = new Map([...state.displayed, ...event.messages].map((message) => [message.id, message]));
      return {
        ...state,
        displayed: Array.from(byId.values()).toSorted((one, two) => one.order - two.order),
        sendDisplayedAt: state.sendDisplayedAt === NO_DEADLINE ? now + DISPLAYED_DELAY : state.sendDisplayedAt,
      };
    }
    case 'attention':
      return { ...state, hasFocus: event.attentive };
    case 'open':
      return { ...state, online: true, retryAt: -NO_DEADLINE };
    case 'closed':
      return { ...state, online: false, retryAt: -NO_DEADLINE, pending: state.pending.map(landed) };
    case 'reachable':
      return { ...state, reachable: event.reachable, retryAt: -NO_DEADLINE };
    case 'time': {
      const overdue = state.pending.filter((owed) => now >= owed.answerBy);
      return overdue.reduce(
        (next, { key, attempts }) => refuse(next, { key, attempt: attempts, retryable: true, jitter: 0 }, now, effects),
        state,
      );
    }
  }
}

function enqueue(
  state: Receipts,
  id: string,
  notification: OutgoingNotification,
  durable: boolean,
  effects: ReceiptsEffect[],
): Receipts {
  const key = receiptKey(notification.messageId, notification.outcome);
  const known = state.pending.find((owed) => owed.key === key);
  if (known !== undefined) return state;
  const owed = [...state.pending, { key, id, notification, durable, attempts: 0, failures: 0, answerBy: NO_DEADLINE }];
  const dropped = owed.length > MAX_PENDING_RECEIPTS ? owed.shift() : undefined;
  if (dropped !== undefined) effects.push({ type: 'dropped', owed: dropped });
  return { ...state, pending: owed };
}

function refuse(
  state: Receipts,
  event: Omit<ReceiptsEvent & { readonly type: 'refused' }, 'type'>,
  now: number,
  effects: ReceiptsEffect[],
): Receipts {
  const owed = state.pending.find((candidate) => candidate.key === event.key);
  // The answer to an earlier try is old news.
  if (owed === undefined || owed.answerBy === NO_DEADLINE || owed.attempts !== event.attempt) return state;
  const failures = owed.failures + 1;
  if (!event.retryable || failures >= MAX_RECEIPT_ATTEMPTS) {
    effects.push({ type: 'dropped', owed });
    return { ...state, pending: state.pending.filter((other) => other !== owed) };
  }
  return {
    ...state,
    pending: state.pending.map((other) => (other === owed ? { ...owed, failures, answerBy: NO_DEADLINE } : other)),
    retryAt: now + backOff(failures, event.jitter),
  };
}

/** Turns seen messages into pending receipts, once the user looks and the short wait is over. */
function enqueueDisplayed(
  state: Receipts,
  event: ReceiptsEvent,
  now: number,
  settings: ReceiptsSettings,
  effects: ReceiptsEffect[],
): Receipts {
  // What lies behind that which the user saw in another tab stays held back in this one.
  const elsewhere = event.type === 'seen' && event.attended ? event.messages : [];
  const isDue = state.hasFocus && now >= state.sendDisplayedAt;
  const upToOrder = isDue
    ? NO_DEADLINE
    : elsewhere.reduce((furthest, { order }) => Math.max(furthest, order), -NO_DEADLINE);
  const due = state.displayed.filter(({ order }) => order <= upToOrder);
  const last = due.at(-1);
  if (last === undefined) return state;
  const seen = state.displayed.slice(due.length);
  const rest: Receipts = {
    ...state,
    displayed: seen,
    sendDisplayedAt: seen.length > 0 ? state.sendDisplayedAt : NO_DEADLINE,
  };
  effects.push({
    type: 'displayed',
    ids: due.map((message) => message.id),
    revisions: due.map((message) => message.messageId),
    order: last.order,
  });
  const told = settings.displayed === false ? [] : due.filter((message) => message.notify);
  const upTo = settings.displayed === 'up-to';
  if (!upTo) {
    return told.reduce(
      (next, { id, messageId }) => enqueue(next, id, { messageId, outcome: 'displayed' }, true, effects),
      rest,
    );
  }
  // What has not gone out yet goes with this report, if one can name it all.
  const unsent = told.length > 0 ? state.pending.filter(isUnsentDisplayed) : [];
  const earlier = unsent.flatMap((owed) => owed.notification.messageIds ?? []);
  const merges = earlier.length + told.length <= MAX_COVERED_MESSAGES;
  let next = rest;
  if (merges) next = { ...next, pending: next.pending.filter((owed) => !unsent.includes(owed)) };
  for (let from = 0; from < told.length; from += MAX_COVERED_MESSAGES) {
    const part = told.slice(from, from + MAX_COVERED_MESSAGES);
    const { id, messageId } = part.at(-1) as DisplayedMessage;
    const messageIds = [...(merges ? earlier : []), ...part.map((message) => message.messageId)];
    next = enqueue(next, id, { messageId, outcome: 'displayed', upTo, messageIds: messageIds }, true, effects);
  }
  return next;
}

function send(state: Receipts, now: number, settings: ReceiptsSettings, effects: ReceiptsEffect[]): Receipts {
  if (!ready(state) || now < state.retryAt || !state.pending.some(mayGo)) return state;
  let inFlight = state.pending.reduce((count, owed) => (owed.answerBy === NO_DEADLINE ? count : count + 1), 0);
  if (inFlight >= MAX_RECEIPTS_IN_FLIGHT) return { ...state, retryAt: -NO_DEADLINE };
  const owed = state.pending.map((candidate) => {
    if (!mayGo(candidate) || inFlight >= MAX_RECEIPTS_IN_FLIGHT) return candidate;
    inFlight += 1;
    const sent = { ...candidate, attempts: candidate.attempts + 1, answerBy: now + settings.sendTimeout };
    effects.push({ type: 'send', owed: sent });
    return sent;
  });
  return { ...state, pending: owed, retryAt: -NO_DEADLINE };
}

function ready(state: Receipts): boolean {
  return state.online && state.reachable;
}

function isUnsentDisplayed(owed: PendingReceipt): boolean {
  return owed.notification.upTo === true && owed.answerBy === NO_DEADLINE;
}

function mayGo(owed: PendingReceipt): boolean {
  return owed.durable && owed.answerBy === NO_DEADLINE;
}

function landed(owed: PendingReceipt): PendingReceipt {
  return owed.answerBy === NO_DEADLINE ? owed : { ...owed, answerBy: NO_DEADLINE };
}
