import { expect, it, vi } from 'vitest';
import { assert, type Made, type Move, searchExhaustively, type Subject } from '../../test/exhaustiveSearch.ts';
import { FIRST_BACK_OFF } from '../time/backOff.ts';
import {
  initialOutbox,
  type Outbox,
  outboxDeadline,
  type OutboxEffect,
  type OutboxEvent,
  type OutboxSettings,
  reduceOutbox,
  waitingItems,
  withSortKeys,
} from './machine.ts';
import { MAX_TIMER_THROTTLING, SUSPEND_THRESHOLD } from '../time/sleepTolerantTimeout.ts';
import { NO_DEADLINE } from '../time/step.ts';
import type { OutboxItem } from './waitingItems.ts';

vi.setConfig({ testTimeout: 120_000 });

/** A message that was accepted and that has no final outcome yet. */
interface Accepted {
  readonly durable: boolean;
  /** The stored copy counts the attempt: the message may have left. */
  readonly ahead: boolean;
  readonly attempts: number;
  readonly failures: number;
  /** When its hold ends; undefined while it is not held. */
  readonly heldUntil?: number | undefined;
  /** The deadline of the response; undefined while the message is not in flight. */
  readonly answerBy: number | undefined;
  /** The wait for the response was restarted. */
  readonly extended: boolean;
}

/** What an observer knows from events and effects alone. Times are relative to now. */
interface Memory {
  readonly accepted: Readonly<Record<string, Accepted>>;
  readonly open: boolean;
  readonly reachable: boolean;
  /** After a retryable failure nothing is sent before this time. */
  readonly quietUntil: number;
}

type Row = readonly [
  numbers: string,
  title: string,
  states: number,
  steps: number,
  ids: string,
  settings: OutboxSettings,
];

/** The delays after one and two failures, and the time-out, are multiples of this time, in ms: the jitter is 0. */
const UNIT = FIRST_BACK_OFF / 2;
const SLEEP = 3_600_000;
/** The maximum lateness of a timer in a hidden page, in ms. */
const THROTTLED = 60_000;
const CODE = 503;
const SETTINGS = { sendTimeout: 2 * UNIT, writesAhead: false };

const NOT_ASKED = { answerBy: undefined, extended: false };

/** The id of a message contains its order. */
function orderOf(id: string): number {
  return id.charCodeAt(0);
}

/** Only one search has hidden pages. Without them, it does not matter whether a wait was restarted. */
function hasThrottling(ids: readonly string[]): boolean {
  return ids.length < 4;
}

/** Only one search has held messages. */
function hasHolds(ids: readonly string[]): boolean {
  return ids.length < 3;
}

function movesOf(ids: readonly string[], state: Outbox): readonly Move<OutboxEvent>[] {
  const attemptOf = (id: string): number => state.inFlight.find((item) => item.id === id)?.attempts ?? 1;
  const failed = (id: string, attempt: number): OutboxEvent => {
    return { type: 'retryableFailure', id, attempt, code: CODE, jitter: 0 };
  };
  const events = ids.flatMap<OutboxEvent>((id) => [
    { type: 'queued', id, order: orderOf(id), durable: true, attempts: 0 },
    { type: 'queued', id, order: orderOf(id), durable: false, attempts: 0 },
    ...(hasHolds(ids)
      ? [{ type: 'queued', id, order: orderOf(id), durable: true, attempts: 0, holdFor: 3 * UNIT } as const]
      : []),
    { type: 'durable', ids: new Set([id]) },
    ...(hasHolds(ids) ? ([{ type: 'rewritten', id, durable: false }] as const) : []),
    { type: 'done', id },
    failed(id, attemptOf(id)),
    failed(id, attemptOf(id) - 1),
  ]);
  events.push(
    { type: 'open' },
    { type: 'closed' },
    { type: 'reachable', reachable: true },
    { type: 'reachable', reachable: false },
  );
  const waits = hasThrottling(ids) ? [UNIT, THROTTLED, SLEEP] : [UNIT, SLEEP];
  return [...events.map((event) => ({ event })), ...waits.map((wait) => ({ wait }))];
}

function watch(
  memory: Memory,
  { before, event, wait, after, effects }: Made<Outbox, OutboxEvent, OutboxEffect>,
  { sendTimeout, maxInFlight, maxAttempts, writesAhead }: OutboxSettings,
): Memory {
  let { open, reachable } = memory;
  let quietUntil = memory.quietUntil - wait;
  const accepted = new Map(
    Object.entries(memory.accepted).map(([id, item]) => [
      id,
      {
        ...item,
        answerBy: item.answerBy === undefined ? undefined : item.answerBy - wait,
        heldUntil: item.heldUntil === undefined ? undefined : item.heldUntil - wait,
      },
    ]),
  );
  const change = (id: string, changed: Partial<Accepted>): void => {
    const item = accepted.get(id);
    if (item !== undefined) accepted.set(id, { ...item, ...changed });
  };
  const ended: string[] = [];
  switch (event.type) {
    case 'queued':
      if (accepted.has(event.id)) break;
      accepted.set(event.id, {
        durable: event.durable,
        ahead: false,
        attempts: event.attempts,
        failures: 0,
        heldUntil: event.holdFor,
        ...NOT_ASKED,
      });
      break;
    case 'durable':
      for (const id of event.ids) change(id, { durable: true });
      break;
    case 'rewritten':
      // A message in flight was sent with the old text.
      if (accepted.get(event.id)?.answerBy === undefined) change(event.id, { durable: event.durable });
      break;
    case 'done':
      accepted.delete(event.id);
      break;
    case 'retryableFailure': {
      const item = accepted.get(event.id);
      if (item?.answerBy === undefined || item.attempts !== event.attempt) {
        assert(after === before && effects.length === 0, 'the result of an earlier attempt changes nothing');
        break;
      }
      const failures = item.failures + 1;
      if (failures >= maxAttempts) ended.push(`gaveUp ${event.id} ${event.code}`);
      else quietUntil = UNIT * 2 ** (failures - 1);
      change(event.id, { failures, ...NOT_ASKED });
      break;
    }
    case 'open':
    case 'closed':
      open = event.type === 'open';
      quietUntil = -NO_DEADLINE;
      if (!open) for (const id of accepted.keys()) change(id, NOT_ASKED);
      break;
    case 'reachable':
      if (event.reachable === reachable) break;
      ({ reachable } = event);
      quietUntil = -NO_DEADLINE;
      // When the participant connects or disconnects, waiting messages may be sent at once.
      for (const [id, { answerBy }] of accepted) if (answerBy === undefined) change(id, { failures: 0 });
      break;
    case 'time':
      for (const [id, { answerBy = NO_DEADLINE, extended }] of accepted) {
        if (answerBy > 0) continue;
        // No response could be read while the page was not running. A page that is only hidden does not wait forever.
        if (-answerBy > (extended ? MAX_TIMER_THROTTLING : SUSPEND_THRESHOLD)) {
          change(id, { answerBy: sendTimeout, extended: true });
        } else {
          ended.push(`timedOut ${id}`);
        }
      }
  }

  for (const [id, { heldUntil = NO_DEADLINE }] of accepted) {
    if (heldUntil > 0) continue;
    ended.push(`due ${id}`);
    change(id, { heldUntil: undefined });
  }

  if (writesAhead && open && reachable) {
    const waiting = [...accepted].filter(([, { answerBy }]) => answerBy === undefined);
    const inOrder = waiting.toSorted(([one], [other]) => orderOf(one) - orderOf(other));
    const held = inOrder.findIndex(([, { heldUntil }]) => heldUntil !== undefined);
    for (const [id, { ahead }] of held === -1 ? inOrder : inOrder.slice(0, held)) {
      if (ahead || ended.includes(`timedOut ${id}`) || ended.includes(`gaveUp ${id} ${CODE}`)) continue;
      ended.push(`ahead ${id}`);
      change(id, { ahead: true, durable: false });
    }
  }

  const reported: string[] = [];
  for (const effect of effects) {
    if (effect.type === 'send') {
      const item = accepted.get(effect.id);
      assert(item !== undefined, 'only queued items are sent');
      assert(item.answerBy === undefined, 'attempts do not overlap');
      assert(item.durable, 'only stored items are sent');
      assert(item.ahead || !writesAhead, 'only items that are stored as possibly sent are sent');
      assert(item.heldUntil === undefined, 'a held item is not sent');
      assert(effect.attempt === item.attempts + 1, 'attempts are counted');
      assert(open && reachable, 'nothing is sent without a connection or a participant');
      assert(quietUntil <= 0, 'after a retryable failure nothing is sent during the back-off');
      change(effect.id, { attempts: effect.attempt, answerBy: sendTimeout, extended: false });
      for (const [id, { answerBy }] of accepted) {
        if (answerBy === undefined) assert(orderOf(id) > orderOf(effect.id), 'first in, first out');
      }
    } else if (effect.type === 'due') {
      reported.push(`due ${effect.id}`);
    } else if (effect.type === 'writeAhead') {
      reported.push(`ahead ${effect.id}`);
    } else {
      reported.push(effect.type === 'gaveUp' ? `gaveUp ${effect.id} ${effect.code}` : `timedOut ${effect.id}`);
      accepted.delete(effect.id);
    }
  }
  assert(reported.toSorted().join() === ended.toSorted().join(), 'each end is reported once');
  if (effects.some(({ type }) => type === 'send')) quietUntil = -NO_DEADLINE;

  assert(after.online === open && after.reachable === reachable, 'the state knows whether items may be sent');
  assert(after.inFlight.length <= maxInFlight, 'no more items are in flight than the transport allows');
  const items = [...waitingItems(after), ...after.inFlight];
  assert(items.length === accepted.size, 'no item is lost or duplicated');
  for (const item of items) {
    const known = accepted.get(item.id);
    assert(known !== undefined, 'no item returns');
    assert(known.durable === item.durable && known.attempts === item.attempts, 'items do not change');
    assert(known.ahead === item.writtenAhead || !writesAhead, 'each item is stored once as possibly sent');
    assert(known.failures === item.failures, 'failures are counted');
    assert(known.heldUntil === item.heldUntil, 'a hold does not change');
    assert(outboxDeadline(after) <= (item.heldUntil ?? NO_DEADLINE), 'the end of a hold has its deadline');
    assert((known.answerBy ?? NO_DEADLINE) === item.answerBy, 'the transport has the whole time-out to respond');
    assert(known.extended === item.extended || known.answerBy === undefined, 'a restarted wait is remembered');
    assert(after.inFlight.includes(item) === (known.answerBy !== undefined), 'items without a response are in flight');
    assert(item.answerBy > 0, 'no response is overdue');
  }
  const orders = Array.from(waitingItems(after), ({ order }) => order);
  assert(
    orders.every((order, index) => index === 0 || (orders[index - 1] ?? NO_DEADLINE) < order),
    'the queue is in order',
  );
  const [next] = waitingItems(after);
  const room = after.inFlight.length < maxInFlight;
  if (open && reachable && room && next?.durable === true && next.heldUntil === undefined) {
    assert(quietUntil > 0, 'an item that may be sent is sent');
    assert(outboxDeadline(after) <= quietUntil, 'an item that may be sent later has a deadline');
  }
  checkReordered(after);
  return { accepted: Object.fromEntries(accepted), open, reachable, quietUntil };
}

/** The transport may place the first waiting messages, and so all in flight: the queue keeps its order. */
function checkReordered(state: Outbox): void {
  const names = (items: readonly OutboxItem[]): string => items.map(({ id }) => id).join();
  const waiting = [...waitingItems(state)];
  for (let count = 1; count <= waiting.length; count += 1) {
    const placed = [...state.inFlight, ...waiting.slice(0, count)];
    const moved = withSortKeys(state, new Map(placed.map(({ id }, index) => [id, index])));
    assert(names([...waitingItems(moved)]) === names(waiting), 'a new sort key does not change the queue');
    assert(names(moved.inFlight) === names(state.inFlight), 'a new sort key does not change the items in flight');
  }
}

function subjectOf(
  ids: readonly string[],
  settings: OutboxSettings,
): Subject<Outbox, OutboxEvent, OutboxEffect, Memory> {
  const past = (at: number): number => Math.max(at, 0);
  return {
    initial: initialOutbox,
    memory: { accepted: {}, open: false, reachable: true, quietUntil: -NO_DEADLINE },
    reduce: (state, event, now) => reduceOutbox(state, event, now, settings),
    deadline: outboxDeadline,
    time: { type: 'time' },
    times: ['answerBy', 'heldUntil', 'retryAt'],
    moves: (state) => movesOf(ids, state),
    watch: (memory, made) => watch(memory, made, settings),
    // The number of attempts is left out: it is only compared with that of a response, which is never higher.
    key: ({ waiting, inFlight, online: open, reachable, retryAt }, { accepted, quietUntil }) =>
      [
        Array.from(
          waitingItems({ waiting }),
          ({ id, durable, writtenAhead, failures, heldUntil = '' }) =>
            `${id}${durable ? '!' : ''}${settings.writesAhead && writtenAhead ? '>' : ''}${failures}${heldUntil}`,
        ),
        inFlight.map(
          ({ id, failures, answerBy, extended }) =>
            `${id}${failures}@${answerBy}${extended && hasThrottling(ids) ? '+' : ''}`,
        ),
        open,
        reachable,
        retryAt === -NO_DEADLINE ? '' : past(retryAt),
        ids.map((id) => {
          const { durable, ahead, failures, answerBy, heldUntil } = accepted[id] ?? {};
          return `${durable} ${ahead} ${failures} ${answerBy} ${heldUntil}`;
        }),
        past(quietUntil),
      ].join(';'),
  };
}

it.each<Row>([
  [
    'B81 B82 B84 B115',
    'the outbox with one message in flight',
    5_721,
    171_630,
    'abcd',
    { ...SETTINGS, maxInFlight: 1, maxAttempts: 3 },
  ],
  ['B154', 'the outbox with held messages', 501, 10_521, 'ab', { ...SETTINGS, maxInFlight: 1, maxAttempts: 2 }],
  [
    'B340',
    'the outbox that stores ahead of sending',
    1,
    1,
    'ab',
    { ...SETTINGS, writesAhead: true, maxInFlight: 1, maxAttempts: 2 },
  ],
  [
    'B72 B85 B116',
    'the outbox with two messages in flight',
    1_642,
    39_408,
    'abc',
    { ...SETTINGS, maxInFlight: 2, maxAttempts: 2 },
  ],
])(
  '%s the exhaustive search of %s reaches all states, at least %i, in %i steps',
  (_numbers, _title, least, leastSteps, ids, settings) => {
    const { closed, states, steps } = searchExhaustively(subjectOf(Array.from(ids), settings));
    expect(closed).toBe(true);
    expect(states).toBeGreaterThanOrEqual(least);
    expect(steps).toBeGreaterThanOrEqual(leastSteps);
  },
);
