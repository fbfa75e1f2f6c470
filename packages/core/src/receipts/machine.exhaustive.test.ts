import { expect, it, vi } from 'vitest';
import { assert, type Made, type Move, searchExhaustively, type Subject } from '../../test/exhaustiveSearch.ts';
import { FIRST_BACK_OFF, MAX_BACK_OFF } from '../time/backOff.ts';
import {
  initialReceipts,
  MAX_RECEIPT_ATTEMPTS,
  receiptKey,
  type Receipts,
  receiptsDeadline,
  type ReceiptsEffect,
  type ReceiptsEvent,
  type ReceiptsSettings,
  reduceReceipts,
  DISPLAYED_DELAY,
  type DisplayedMessage,
  displayedMessages,
} from './machine.ts';
import { pendingReceipt, pendingReceipts } from './pendingReceipts.ts';
import { NO_DEADLINE } from '../time/step.ts';

vi.setConfig({ testTimeout: 120_000 });

/** A notification that is owed to the sender of a message. */
interface OwedReceipt {
  readonly outcome: string;
  readonly durable: boolean;
  readonly attempts: number;
  readonly failures: number;
  /** The deadline of the response; undefined while the notification is not in flight. */
  readonly answerBy: number | undefined;
  /** The messages that a displayed receipt names. */
  readonly messageIds: readonly string[];
}

/** What an observer knows from events and effects alone. Times are relative to now. */
interface Memory {
  readonly owedReceipts: Readonly<Record<string, OwedReceipt>>;
  readonly open: boolean;
  readonly reachable: boolean;
  readonly attentive: boolean;
  /** After a retryable failure nothing is sent before this time. */
  readonly quietUntil: number;
  /** Messages that were seen and are not reported yet. */
  readonly seen: readonly DisplayedMessage[];
  readonly reportAt: number;
  /** The order of the last message that was seen. */
  readonly lastSeen: number;
}

type Row = readonly [
  numbers: string,
  title: string,
  states: number,
  steps: number,
  depth: number,
  displayed: ReceiptsSettings['displayed'],
  ids: readonly string[],
  messages: readonly DisplayedMessage[],
];

/** In ms. Every deadline is a multiple of it. */
const UNIT = DISPLAYED_DELAY;
const SEND_TIMEOUT = 4 * UNIT;
const SLEEP = 3_600_000;

function enqueueEvents(ids: readonly string[]): readonly ReceiptsEvent[] {
  return ids.flatMap<ReceiptsEvent>((id) => [
    { type: 'enqueue', id, notification: { messageId: id, outcome: 'delivered' }, durable: true },
    { type: 'enqueue', id, notification: { messageId: id, outcome: 'failed', code: 415 }, durable: false },
    { type: 'durable', ids: new Set([id]) },
  ]);
}

function movesOf(
  state: Receipts,
  memory: Memory,
  ids: readonly string[],
  messages: readonly DisplayedMessage[],
): readonly Move<ReceiptsEvent>[] {
  const keys = [
    ...ids.map((id) => receiptKey(id, 'delivered')),
    ...messages.map(({ id }) => receiptKey(id, 'displayed')),
  ];
  const attemptOf = (key: string): number => pendingReceipt(state, key)?.attempts ?? 1;
  const unseen = messages.filter(({ order }) => order > memory.lastSeen);
  const events: ReceiptsEvent[] = [
    ...enqueueEvents(ids),
    ...keys.flatMap<ReceiptsEvent>((key) => [
      { type: 'taken', key },
      { type: 'refused', key, attempt: attemptOf(key), retryable: true, jitter: 0 },
      { type: 'refused', key, attempt: attemptOf(key), retryable: false, jitter: 0 },
      { type: 'refused', key, attempt: attemptOf(key) - 1, retryable: false, jitter: 0 },
    ]),
    { type: 'open' },
    { type: 'closed' },
    { type: 'reachable', reachable: true },
    { type: 'reachable', reachable: false },
  ];
  if (messages.length > 0) events.push({ type: 'attention', attentive: true }, { type: 'attention', attentive: false });
  for (let count = 1; count <= unseen.length; count += 1) {
    const some = unseen.slice(0, count);
    for (const attended of [false, true]) events.push({ type: 'seen', messages: some, attended });
  }
  const due = receiptsDeadline(state);
  const waits = [due - UNIT, due, SLEEP].filter((wait) => wait > 0 && wait < NO_DEADLINE);
  return [...events.map((event) => ({ event })), ...waits.map((wait) => ({ wait }))];
}

function watch(
  memory: Memory,
  { before, event, wait, after, effects }: Made<Receipts, ReceiptsEvent, ReceiptsEffect>,
  displayed: ReceiptsSettings['displayed'],
): Memory {
  let { open, reachable, attentive, seen, lastSeen } = memory;
  let [quietUntil, reportAt] = [memory.quietUntil - wait, memory.reportAt - wait];
  const owedReceipts = new Map(
    Object.entries(memory.owedReceipts).map(([key, known]) => [
      key,
      { ...known, answerBy: known.answerBy === undefined ? undefined : known.answerBy - wait },
    ]),
  );
  const change = (key: string, changed: Partial<OwedReceipt>): void => {
    const known = owedReceipts.get(key);
    if (known !== undefined) owedReceipts.set(key, { ...known, ...changed });
  };
  const expected: string[] = [];
  const fail = (key: string, retryable: boolean): void => {
    const known = owedReceipts.get(key);
    if (known?.answerBy === undefined) return;
    const failures = known.failures + 1;
    change(key, { failures, answerBy: undefined });
    if (retryable && failures < MAX_RECEIPT_ATTEMPTS) {
      quietUntil = Math.min(FIRST_BACK_OFF * 2 ** (failures - 1), MAX_BACK_OFF) / 2;
    } else {
      expected.push(`dropped ${key}`);
      owedReceipts.delete(key);
    }
  };
  switch (event.type) {
    case 'enqueue': {
      const { id, durable, notification } = event;
      const key = receiptKey(id, notification.outcome);
      const known = {
        outcome: notification.outcome,
        durable,
        attempts: 0,
        failures: 0,
        answerBy: undefined,
        messageIds: [],
      };
      if (!owedReceipts.has(key)) owedReceipts.set(key, known);
      break;
    }
    case 'durable':
      for (const id of event.ids) change(receiptKey(id, 'delivered'), { durable: true });
      break;
    case 'taken':
      if (owedReceipts.delete(event.key)) expected.push(`settled ${event.key}`);
      break;
    case 'refused':
      if (event.attempt === owedReceipts.get(event.key)?.attempts) fail(event.key, event.retryable);
      break;
    case 'seen':
      if (seen.length === 0) reportAt = DISPLAYED_DELAY;
      seen = [...seen, ...event.messages];
      lastSeen = event.messages.at(-1)?.order ?? lastSeen;
      break;
    case 'attention':
      ({ attentive } = event);
      break;
    case 'open':
    case 'closed':
      open = event.type === 'open';
      quietUntil = -NO_DEADLINE;
      if (!open) for (const key of owedReceipts.keys()) change(key, { answerBy: undefined });
      break;
    case 'reachable':
      ({ reachable } = event);
      quietUntil = -NO_DEADLINE;
      break;
    case 'time':
      for (const [key, { answerBy = NO_DEADLINE }] of owedReceipts) if (answerBy <= 0) fail(key, true);
  }
  const looked = (attentive && reportAt <= 0) || (event.type === 'seen' && event.attended);
  if (seen.length > 0 && looked) {
    expected.push(`displayed ${seen.map(({ id }) => id).join()} ${seen.at(-1)?.order}`);
    const notified = displayed === false ? [] : seen.filter(({ notify: report }) => report).map(({ id }) => id);
    const known = { outcome: 'displayed', durable: true, attempts: 0, failures: 0, answerBy: undefined };
    if (displayed === 'each')
      for (const id of notified) owedReceipts.set(receiptKey(id, 'displayed'), { ...known, messageIds: [] });
    else if (notified.length > 0) {
      const messageIds: string[] = [];
      for (const [key, unsent] of owedReceipts) {
        if (unsent.outcome !== 'displayed' || unsent.answerBy !== undefined) continue;
        messageIds.push(...unsent.messageIds);
        owedReceipts.delete(key);
      }
      owedReceipts.set(receiptKey(notified.at(-1) ?? '', 'displayed'), {
        ...known,
        messageIds: [...messageIds, ...notified],
      });
    }
    [seen, reportAt] = [[], NO_DEADLINE];
  }

  const done: string[] = [];
  let sends = false;
  for (const effect of effects) {
    if (effect.type === 'send') {
      const known = owedReceipts.get(effect.owed.key);
      assert(known !== undefined, 'only owed receipts are sent');
      assert(known.answerBy === undefined, 'attempts do not overlap');
      assert(known.durable, 'only receipts for stored messages are sent');
      assert(open && reachable, 'nothing is sent without a connection or a participant');
      assert(quietUntil <= 0, 'after a retryable failure nothing is sent during the back-off');
      change(effect.owed.key, { attempts: known.attempts + 1, answerBy: SEND_TIMEOUT });
      sends = true;
    } else if (effect.type === 'displayed') done.push(`displayed ${effect.ids.join()} ${effect.order}`);
    else done.push(`${effect.type} ${effect.owed.key}`);
  }
  if (sends) quietUntil = -NO_DEADLINE;
  assert(done.join('; ') === expected.join('; '), `each end is reported once: ${done.join('; ')}`);

  assert(after.online === open && after.reachable === reachable, 'the state knows whether receipts may be sent');
  assert(after.hasFocus === attentive, 'the state knows whether the user has attention');
  const pending = [...pendingReceipts(after)];
  assert(pending.length === owedReceipts.size, 'no receipt is lost or duplicated');
  const named: string[] = [];
  for (const owed of pending) {
    const known = owedReceipts.get(owed.key);
    assert(known !== undefined, 'no receipt returns');
    assert(owed.notification.outcome === known.outcome, 'a message has one outcome');
    assert(owed.durable === known.durable && owed.failures === known.failures, 'receipts do not change');
    assert(
      owed.answerBy === (known.answerBy ?? NO_DEADLINE) && owed.answerBy > 0,
      'the transport has the whole time-out to respond',
    );
    const { messageIds = [] } = owed.notification;
    assert(messageIds.join() === known.messageIds.join(), 'a displayed receipt names the seen messages');
    named.push(...messageIds);
    const waits = known.durable && known.answerBy === undefined;
    if (open && reachable && waits) assert(quietUntil > 0, 'a receipt that may be sent is sent');
  }
  assert(new Set(named).size === named.length, 'no message is named twice');
  assert([...displayedMessages(after)].length === seen.length, 'a seen message waits for its receipt');
  if (seen.length > 0)
    assert(after.sendDisplayedAt === reportAt, 'the first seen message sets the time of the receipt');
  if (seen.length > 0 && attentive) assert(reportAt > 0, 'a seen message is reported in time');
  if (seen.length === 0)
    assert(
      [...displayedMessages(before)].length === 0 || reportAt === NO_DEADLINE,
      'a receipt that was made has no time left',
    );
  return {
    owedReceipts: Object.fromEntries(owedReceipts),
    open,
    reachable,
    attentive,
    quietUntil,
    seen,
    reportAt,
    lastSeen,
  };
}

function subjectOf(
  displayed: ReceiptsSettings['displayed'],
  ids: readonly string[],
  messages: readonly DisplayedMessage[],
): Subject<Receipts, ReceiptsEvent, ReceiptsEffect, Memory> {
  const past = (at: number): number => Math.max(at, 0);
  return {
    initial: initialReceipts,
    memory: {
      owedReceipts: {},
      open: false,
      reachable: true,
      attentive: true,
      quietUntil: -NO_DEADLINE,
      seen: [],
      reportAt: NO_DEADLINE,
      lastSeen: 0,
    },
    reduce: (state, event, now) => reduceReceipts(state, event, now, { sendTimeout: SEND_TIMEOUT, displayed }),
    deadline: receiptsDeadline,
    time: { type: 'time' },
    times: ['answerBy', 'retryAt', 'sendDisplayedAt'],
    moves: (state, memory) => movesOf(state, memory, ids, messages),
    watch: (memory, made) => watch(memory, made, displayed),
    key: (
      {
        pending: owed,
        online: open,
        reachable,
        retryAt,
        displayed: seen,
        sendDisplayedAt: reportAt,
        hasFocus: attentive,
      },
      { owedReceipts, quietUntil, lastSeen, ...memory },
    ) =>
      [
        Array.from(
          pendingReceipts({ pending: owed }),
          ({ key, durable, failures, answerBy, notification: { outcome, messageIds } }) => {
            const receipt = owedReceipts[key];
            const known = [receipt?.durable, receipt?.failures, receipt?.answerBy, receipt?.messageIds];
            return [key, outcome, durable, failures, answerBy, messageIds, ...known].join(' ');
          },
        ),
        open,
        reachable,
        retryAt === -NO_DEADLINE ? '' : past(retryAt),
        Array.from(displayedMessages({ displayed: seen }), ({ id }) => id),
        past(reportAt),
        attentive,
        past(quietUntil),
        lastSeen,
        past(memory.reportAt),
        memory.seen.length,
      ].join(';'),
  };
}

function message(id: string, order: number, report = true): DisplayedMessage {
  return { id, messageId: id, order, notify: report };
}

const THREE = [message('m', 1), message('n', 2), message('o', 3)];
const TWO = [message('m', 1), message('n', 2, false)];

it.each<Row>([
  ['B88 B103 B108', 'one pending receipt up to its last attempt', 286, 3_350, 24, false, ['a'], []],
  ['B88 B108 B118', 'two pending receipts', 5_055, 62_802, 10, false, ['a', 'b'], []],
  ['B98 B118', 'displayed receipts with "up to"', 8_991, 88_949, 9, 'up-to', [], THREE],
  ['B98', 'displayed receipts one by one', 8_807, 81_685, 8, 'each', [], THREE],
  [
    'B96 B98',
    'displayed receipts and a pending receipt, with an untrusted sender',
    3_565,
    37_609,
    7,
    'up-to',
    ['m'],
    TWO,
  ],
])(
  '%s the exhaustive search of %s reaches at least %i states in %i steps, to the depth of %s',
  (_numbers, _title, least, leastSteps, ...search) => {
    const [most, ...alphabet] = search;
    const { closed, depth, states, steps } = searchExhaustively(subjectOf(...alphabet), most);
    expect(closed || depth === most).toBe(true);
    expect(states).toBeGreaterThanOrEqual(least);
    expect(steps).toBeGreaterThanOrEqual(leastSteps);
  },
);
