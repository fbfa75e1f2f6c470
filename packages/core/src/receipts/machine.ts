import { type KeyedQueue, keyedQueueType } from '../collections/keyedQueue.ts';
import type { OutgoingNotification } from '../ports/transport.ts';
import { backOff } from '../time/backOff.ts';
import { NO_DEADLINE, type Step } from '../time/step.ts';
import {
  becomeDurable,
  countReceipts,
  displayedReceipts,
  firstReceipt,
  hasReceipt,
  lastReceipt,
  nextToSend,
  noPendingReceipts,
  type PendingReceipt,
  pendingReceipt,
  type PendingReceipts,
  withoutReceipt,
  withReceipt,
} from './pendingReceipts.ts';

/**
 * The notifications that the local side owes the participant: delivered, displayed, failed. Each is sent until the
 * transport has accepted it; repeating one is harmless, since statuses only move forward.
 */
export interface Receipts extends PendingReceipts {
  readonly online: boolean;
  /**
   * The participant is online, or the server stores notifications for them; and this page can store the reported status.
   */
  readonly reachable: boolean;
  readonly retryAt: number;
  /** Messages that the local user has seen since the last report, by order. */
  readonly displayed: KeyedQueue<DisplayedMessage>;
  /** When they are reported, if the user has attention. */
  readonly sendDisplayedAt: number;
  /** The local user has attention. */
  readonly hasFocus: boolean;
}

export interface DisplayedMessage {
  readonly id: string;
  readonly messageId: string;
  readonly order: number;
  /** The sender may receive a displayed receipt. */
  readonly notify: boolean;
}

export interface ReceiptsSettings {
  readonly sendTimeout: number;
  readonly displayed: 'up-to' | 'each' | false;
}

export type ReceiptsEvent =
  | {
      readonly type: 'enqueue';
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
  /** `attended`: the user had attention, in a different tab. */
  | { readonly type: 'seen'; readonly messages: readonly DisplayedMessage[]; readonly attended: boolean }
  | { readonly type: 'attention'; readonly attentive: boolean }
  | { readonly type: 'open' }
  | { readonly type: 'closed' }
  | { readonly type: 'reachable'; readonly reachable: boolean }
  | { readonly type: 'time' };

export type ReceiptsEffect =
  | { readonly type: 'send'; readonly owed: PendingReceipt }
  | { readonly type: 'settled'; readonly owed: PendingReceipt }
  /** The transport refused it finally, or too often. */
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

const DISPLAYED = keyedQueueType<DisplayedMessage>(
  ({ id }) => id,
  ({ order }) => order,
);

export const initialReceipts: Receipts = {
  ...noPendingReceipts,
  online: false,
  reachable: true,
  retryAt: -NO_DEADLINE,
  displayed: DISPLAYED.empty,
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
  let { displayed } = state;
  for (const [id, order] of orders) {
    const message = DISPLAYED.get(displayed, id);
    if (message !== undefined) displayed = DISPLAYED.put(displayed, { ...message, order });
  }
  return displayed === state.displayed ? state : { ...state, displayed };
}

/** The messages that the user has seen since the last report, by order. */
export function displayedMessages({ displayed }: Pick<Receipts, 'displayed'>): Iterable<DisplayedMessage> {
  return DISPLAYED.all(displayed);
}

/** The last of the messages that the user has seen since the last report. */
export function lastDisplayed({ displayed }: Receipts): DisplayedMessage | undefined {
  return DISPLAYED.last(displayed);
}

/** The time at which the machine must run next; `NO_DEADLINE`: not before the next event. */
export function receiptsDeadline(state: Receipts): number {
  let earliest = state.hasFocus && lastDisplayed(state) !== undefined ? state.sendDisplayedAt : NO_DEADLINE;
  for (const owed of state.inFlight) earliest = Math.min(earliest, owed.answerBy);
  const waits = ready(state) && state.retryAt > -NO_DEADLINE && state.unsent.length > 0;
  return waits ? Math.min(earliest, state.retryAt) : earliest;
}

/** @param id that of the message or the operation on the network. */
export function receiptKey(id: string, outcome: OutgoingNotification['outcome']): string {
  return `${outcome === 'displayed' ? 'displayed' : 'outcome'}:${id}`;
}

function apply(state: Receipts, event: ReceiptsEvent, now: number, effects: ReceiptsEffect[]): Receipts {
  switch (event.type) {
    case 'enqueue':
      return enqueue(state, event.id, event.notification, event.durable, effects);
    case 'durable':
      return becomeDurable(state, event.ids);
    case 'taken': {
      const owed = pendingReceipt(state, event.key);
      if (owed === undefined) return state;
      effects.push({ type: 'settled', owed });
      return withoutReceipt(state, owed);
    }
    case 'refused':
      return refuse(state, event, now, effects);
    case 'seen': {
      return {
        ...state,
        displayed: event.messages.reduce((seen, message) => DISPLAYED.put(seen, message), state.displayed),
        sendDisplayedAt: state.sendDisplayedAt === NO_DEADLINE ? now + DISPLAYED_DELAY : state.sendDisplayedAt,
      };
    }
    case 'attention':
      return { ...state, hasFocus: event.attentive };
    case 'open':
      return { ...state, online: true, retryAt: -NO_DEADLINE };
    case 'closed':
      return state.inFlight.reduce<Receipts>(land, { ...state, online: false, retryAt: -NO_DEADLINE });
    case 'reachable':
      return { ...state, reachable: event.reachable, retryAt: -NO_DEADLINE };
    case 'time': {
      const overdue = state.inFlight.filter((owed) => now >= owed.answerBy);
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
  if (hasReceipt(state, key)) return state;
  const sequence = (lastReceipt(state)?.sequence ?? 0) + 1;
  const owed = { key, sequence, id, notification, durable, attempts: 0, failures: 0, answerBy: NO_DEADLINE };
  const next = withReceipt(state, owed);
  const oldest = firstReceipt(next);
  if (oldest === undefined || countReceipts(next) <= MAX_PENDING_RECEIPTS) return next;
  effects.push({ type: 'dropped', owed: oldest });
  return withoutReceipt(next, oldest);
}

function refuse(
  state: Receipts,
  event: Omit<ReceiptsEvent & { readonly type: 'refused' }, 'type'>,
  now: number,
  effects: ReceiptsEffect[],
): Receipts {
  const owed = pendingReceipt(state, event.key);
  // The result of an earlier attempt arrives late and is ignored.
  if (owed === undefined || owed.answerBy === NO_DEADLINE || owed.attempts !== event.attempt) return state;
  const failures = owed.failures + 1;
  if (!event.retryable || failures >= MAX_RECEIPT_ATTEMPTS) {
    effects.push({ type: 'dropped', owed });
    return withoutReceipt(state, owed);
  }
  return { ...land(state, { ...owed, failures }), retryAt: now + backOff(failures, event.jitter) };
}

/** Turns seen messages into pending receipts, once the user has attention and the short delay is over. */
function enqueueDisplayed(
  state: Receipts,
  event: ReceiptsEvent,
  now: number,
  settings: ReceiptsSettings,
  effects: ReceiptsEffect[],
): Receipts {
  // Messages after those that the user saw in a different tab stay held back in this one.
  const elsewhere = event.type === 'seen' && event.attended ? event.messages : [];
  const isDue = state.hasFocus && now >= state.sendDisplayedAt;
  const upToOrder = isDue
    ? NO_DEADLINE
    : elsewhere.reduce((furthest, { order }) => Math.max(furthest, order), -NO_DEADLINE);
  const due: DisplayedMessage[] = [];
  for (const message of displayedMessages(state)) {
    if (message.order > upToOrder) break;
    due.push(message);
  }
  const last = due.at(-1);
  if (last === undefined) return state;
  const seen = due.reduce((left, { id }) => DISPLAYED.delete(left, id), state.displayed);
  const rest: Receipts = {
    ...state,
    displayed: seen,
    sendDisplayedAt: DISPLAYED.first(seen) === undefined ? NO_DEADLINE : state.sendDisplayedAt,
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
  // Receipts that were not sent yet are merged with this one, if one can name all messages.
  const unsent = told.length > 0 ? lastUnsentReports(state, MAX_COVERED_MESSAGES - told.length) : [];
  const earlier = unsent.flatMap((owed) => owed.notification.messageIds ?? []);
  let next = unsent.reduce<Receipts>(withoutReceipt, rest);
  for (let from = 0; from < told.length; from += MAX_COVERED_MESSAGES) {
    const part = told.slice(from, from + MAX_COVERED_MESSAGES);
    const { id, messageId } = part.at(-1) as DisplayedMessage;
    const messageIds = [...earlier, ...part.map((message) => message.messageId)];
    next = enqueue(next, id, { messageId, outcome: 'displayed', upTo, messageIds: messageIds }, true, effects);
  }
  return next;
}

function send(state: Receipts, now: number, settings: ReceiptsSettings, effects: ReceiptsEffect[]): Receipts {
  if (!ready(state) || now < state.retryAt || state.unsent.length === 0) return state;
  let next: Receipts = { ...state, retryAt: -NO_DEADLINE };
  while (next.inFlight.length < MAX_RECEIPTS_IN_FLIGHT) {
    const owed = nextToSend(next);
    if (owed === undefined) break;
    const sent = { ...owed, attempts: owed.attempts + 1, answerBy: now + settings.sendTimeout };
    effects.push({ type: 'send', owed: sent });
    next = withReceipt(next, sent);
  }
  return next;
}

function ready(state: Receipts): boolean {
  return state.online && state.reachable;
}

/** The newest unsent displayed receipts, oldest first, that together cover at most this many messages. */
function lastUnsentReports(state: Receipts, most: number): readonly PendingReceipt[] {
  const reports: PendingReceipt[] = [];
  let named = 0;
  for (const owed of displayedReceipts(state)) {
    if (owed.answerBy !== NO_DEADLINE || owed.notification.upTo !== true) continue;
    named += owed.notification.messageIds?.length ?? 0;
    if (named > most) break;
    reports.push(owed);
  }
  return reports.toReversed();
}

/** The receipt waits for its next attempt. */
function land(state: Receipts, owed: PendingReceipt): Receipts {
  return withReceipt(state, { ...owed, answerBy: NO_DEADLINE });
}
