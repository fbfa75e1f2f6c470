import type { OutgoingNotification } from '../ports/transport.ts';
import { backOff } from './backOff.ts';
import { NEVER, type Step } from './step.ts';

/**
 * The notifications that the local side owes the participant: delivered, displayed, failed. Each goes out until the
 * wire has taken it; repeating one is harmless, since statuses only move forward.
 */
export interface Receipts {
  readonly owed: readonly OwedNotification[];
  readonly open: boolean;
  /** The participant is there, or the wire keeps notifications for them. */
  readonly reachable: boolean;
  readonly retryAt: number;
  /** Messages that the local user has seen since the last report, by order. */
  readonly seen: readonly SeenMessage[];
  /** When they are reported, if the user is looking. */
  readonly reportAt: number;
  /** The local user is looking. */
  readonly attentive: boolean;
}

export interface OwedNotification {
  /** Names the debt: one for each message and kind of outcome. */
  readonly key: string;
  /** The record that it is about. */
  readonly id: string;
  readonly notification: OutgoingNotification;
  /** The message is stored, so the claim that it arrived stays true after a crash. */
  readonly durable: boolean;
  /** How often it was handed to the wire. */
  readonly attempts: number;
  readonly failures: number;
  /** When the wire's answer is overdue; `NEVER` while not in flight. */
  readonly answerBy: number;
}

export interface SeenMessage {
  readonly id: string;
  readonly messageId: string;
  readonly order: number;
  /** The sender may know. */
  readonly report: boolean;
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
      readonly mayPass: boolean;
      readonly jitter: number;
    }
  /** `attended`: the user was looking, in another tab. */
  | { readonly type: 'seen'; readonly messages: readonly SeenMessage[]; readonly attended: boolean }
  | { readonly type: 'attention'; readonly attentive: boolean }
  | { readonly type: 'open' }
  | { readonly type: 'closed' }
  | { readonly type: 'reachable'; readonly reachable: boolean }
  | { readonly type: 'time' };

export type ReceiptsEffect =
  | { readonly type: 'send'; readonly owed: OwedNotification }
  | { readonly type: 'settled'; readonly owed: OwedNotification }
  /** The wire refused it for good, or too often. */
  | { readonly type: 'dropped'; readonly owed: OwedNotification }
  | { readonly type: 'displayed'; readonly ids: readonly string[]; readonly order: number };

/** How many notifications may await the wire's answer at once. */
export const RECEIPTS_IN_FLIGHT = 16;
/** More debts than this are dropped, oldest first: the wire takes none, and the memory is finite. */
export const RECEIPTS_CAP = 10_000;
/** What is seen within this time is reported together, in ms. */
export const REPORT_DELAY = 250;
/** How many messages one report stands for at the most. */
export const COVERS_CAP = 200;
/** A notification that fails so often is dropped. */
export const RECEIPT_ATTEMPTS = 10;

export const initialReceipts: Receipts = {
  owed: [],
  open: false,
  reachable: true,
  retryAt: -NEVER,
  seen: [],
  reportAt: NEVER,
  attentive: true,
};

export function reduceReceipts(
  state: Receipts,
  event: ReceiptsEvent,
  now: number,
  settings: ReceiptsSettings,
): Step<Receipts, ReceiptsEffect> {
  const effects: ReceiptsEffect[] = [];
  const applied = reportSeen(apply(state, event, now, effects), event, now, settings, effects);
  return { state: send(applied, now, settings, effects), effects };
}

/** When the machine wants to be asked again. */
export function receiptsDeadline(state: Receipts): number {
  let earliest = state.attentive && state.seen.length > 0 ? state.reportAt : NEVER;
  for (const owed of state.owed) earliest = Math.min(earliest, owed.answerBy);
  const waits = ready(state) && state.retryAt > -NEVER && state.owed.some(mayGo);
  return waits ? Math.min(earliest, state.retryAt) : earliest;
}

export function receiptKey(id: string, outcome: OutgoingNotification['outcome']): string {
  return `${outcome === 'displayed' ? 'displayed' : 'outcome'}:${id}`;
}

function apply(state: Receipts, event: ReceiptsEvent, now: number, effects: ReceiptsEffect[]): Receipts {
  switch (event.type) {
    case 'owe':
      return owe(state, event.id, event.notification, event.durable, effects);
    case 'durable':
      return {
        ...state,
        owed: state.owed.map((owed) => (!owed.durable && event.ids.has(owed.id) ? { ...owed, durable: true } : owed)),
      };
    case 'taken': {
      const owed = state.owed.find((candidate) => candidate.key === event.key);
      if (owed === undefined) return state;
      effects.push({ type: 'settled', owed });
      return { ...state, owed: state.owed.filter((other) => other !== owed) };
    }
    case 'refused':
      return refuse(state, event, now, effects);
    case 'seen': {
      const byId = new Map([...state.seen, ...event.messages].map((message) => [message.id, message]));
      return {
        ...state,
        seen: Array.from(byId.values()).toSorted((one, two) => one.order - two.order),
        reportAt: state.reportAt === NEVER ? now + REPORT_DELAY : state.reportAt,
      };
    }
    case 'attention':
      return { ...state, attentive: event.attentive };
    case 'open':
      return { ...state, open: true, retryAt: -NEVER };
    case 'closed':
      return { ...state, open: false, retryAt: -NEVER, owed: state.owed.map(landed) };
    case 'reachable':
      return { ...state, reachable: event.reachable, retryAt: -NEVER };
    case 'time': {
      const overdue = state.owed.filter((owed) => now >= owed.answerBy);
      return overdue.reduce(
        (next, { key, attempts }) => refuse(next, { key, attempt: attempts, mayPass: true, jitter: 0 }, now, effects),
        state,
      );
    }
  }
}

function owe(
  state: Receipts,
  id: string,
  notification: OutgoingNotification,
  durable: boolean,
  effects: ReceiptsEffect[],
): Receipts {
  const key = receiptKey(id, notification.outcome);
  const known = state.owed.find((owed) => owed.key === key);
  if (known !== undefined) return state;
  const owed = [...state.owed, { key, id, notification, durable, attempts: 0, failures: 0, answerBy: NEVER }];
  const dropped = owed.length > RECEIPTS_CAP ? owed.shift() : undefined;
  if (dropped !== undefined) effects.push({ type: 'dropped', owed: dropped });
  return { ...state, owed };
}

function refuse(
  state: Receipts,
  event: Omit<ReceiptsEvent & { readonly type: 'refused' }, 'type'>,
  now: number,
  effects: ReceiptsEffect[],
): Receipts {
  const owed = state.owed.find((candidate) => candidate.key === event.key);
  // The answer to an earlier try is old news.
  if (owed === undefined || owed.answerBy === NEVER || owed.attempts !== event.attempt) return state;
  const failures = owed.failures + 1;
  if (!event.mayPass || failures >= RECEIPT_ATTEMPTS) {
    effects.push({ type: 'dropped', owed });
    return { ...state, owed: state.owed.filter((other) => other !== owed) };
  }
  return {
    ...state,
    owed: state.owed.map((other) => (other === owed ? { ...owed, failures, answerBy: NEVER } : other)),
    retryAt: now + backOff(failures, event.jitter),
  };
}

/** Turns what was seen into debts, once the user looks and the short wait is over. */
function reportSeen(
  state: Receipts,
  event: ReceiptsEvent,
  now: number,
  settings: ReceiptsSettings,
  effects: ReceiptsEffect[],
): Receipts {
  // What lies behind that which the user saw in another tab stays held back in this one.
  const elsewhere = event.type === 'seen' && event.attended ? event.messages : [];
  const isDue = state.attentive && now >= state.reportAt;
  const upToOrder = isDue ? NEVER : elsewhere.reduce((furthest, { order }) => Math.max(furthest, order), -NEVER);
  const due = state.seen.filter(({ order }) => order <= upToOrder);
  const last = due.at(-1);
  if (last === undefined) return state;
  const seen = state.seen.slice(due.length);
  const rest: Receipts = { ...state, seen, reportAt: seen.length > 0 ? state.reportAt : NEVER };
  effects.push({ type: 'displayed', ids: due.map((message) => message.id), order: last.order });
  const told = settings.displayed === false ? [] : due.filter((message) => message.report);
  const upTo = settings.displayed === 'up-to';
  if (!upTo) {
    return told.reduce(
      (next, { id, messageId }) => owe(next, id, { messageId, outcome: 'displayed' }, true, effects),
      rest,
    );
  }
  // What has not gone out yet goes with this report, if one can name it all.
  const unsent = told.length > 0 ? state.owed.filter(isUnsentReport) : [];
  const earlier = unsent.flatMap((owed) => owed.notification.covers ?? []);
  const merges = earlier.length + told.length <= COVERS_CAP;
  let next = rest;
  if (merges) next = { ...next, owed: next.owed.filter((owed) => !unsent.includes(owed)) };
  for (let from = 0; from < told.length; from += COVERS_CAP) {
    const part = told.slice(from, from + COVERS_CAP);
    const { id, messageId } = part.at(-1) as SeenMessage;
    const covers = [...(merges ? earlier : []), ...part.map((message) => message.messageId)];
    next = owe(next, id, { messageId, outcome: 'displayed', upTo, covers }, true, effects);
  }
  return next;
}

function send(state: Receipts, now: number, settings: ReceiptsSettings, effects: ReceiptsEffect[]): Receipts {
  if (!ready(state) || now < state.retryAt || !state.owed.some(mayGo)) return state;
  let inFlight = state.owed.reduce((count, owed) => (owed.answerBy === NEVER ? count : count + 1), 0);
  if (inFlight >= RECEIPTS_IN_FLIGHT) return { ...state, retryAt: -NEVER };
  const owed = state.owed.map((candidate) => {
    if (!mayGo(candidate) || inFlight >= RECEIPTS_IN_FLIGHT) return candidate;
    inFlight += 1;
    const sent = { ...candidate, attempts: candidate.attempts + 1, answerBy: now + settings.sendTimeout };
    effects.push({ type: 'send', owed: sent });
    return sent;
  });
  return { ...state, owed, retryAt: -NEVER };
}

function ready(state: Receipts): boolean {
  return state.open && state.reachable;
}

function isUnsentReport(owed: OwedNotification): boolean {
  return owed.notification.upTo === true && owed.answerBy === NEVER;
}

function mayGo(owed: OwedNotification): boolean {
  return owed.durable && owed.answerBy === NEVER;
}

function landed(owed: OwedNotification): OwedNotification {
  return owed.answerBy === NEVER ? owed : { ...owed, answerBy: NEVER };
}
