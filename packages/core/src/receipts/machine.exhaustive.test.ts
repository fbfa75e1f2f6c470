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
interface Debt {
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
  readonly debts: Readonly<Record<string, Debt>>;
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

function debtsOf(ids: readonly string[]): readonly ReceiptsEvent[] {
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
    ...debtsOf(ids),
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
  const debts = new Map(
    Object.entries(memory.debts).map(([key, debt]) => [
      key,
      { ...debt, answerBy: debt.answerBy === undefined ? undefined : debt.answerBy - wait },
    ]),
  );
  const change = (key: string, changed: Partial<Debt>): void => {
    const debt = debts.get(key);
    if (debt !== undefined) debts.set(key, { ...debt, ...changed });
  };
  const expected: string[] = [];
  const fail = (key: string, retryable: boolean): void => {
    const debt = debts.get(key);
    if (debt?.answerBy === undefined) return;
    const failures = debt.failures + 1;
    change(key, { failures, answerBy: undefined });
    if (retryable && failures < MAX_RECEIPT_ATTEMPTS) {
      quietUntil = Math.min(FIRST_BACK_OFF * 2 ** (failures - 1), MAX_BACK_OFF) / 2;
    } else {
      expected.push(`dropped ${key}`);
      debts.delete(key);
    }
  };
  switch (event.type) {
    case 'enqueue': {
      const { id, durable, notification } = event;
      const key = receiptKey(id, notification.outcome);
      const debt = {
        outcome: notification.outcome,
        durable,
        attempts: 0,
        failures: 0,
        answerBy: undefined,
        messageIds: [],
      };
      if (!debts.has(key)) debts.set(key, debt);
      break;
    }
    case 'durable':
      for (const id of event.ids) change(receiptKey(id, 'delivered'), { durable: true });
      break;
    case 'taken':
      if (debts.delete(event.key)) expected.push(`settled ${event.key}`);
      break;
    case 'refused':
      if (event.attempt === debts.get(event.key)?.attempts) fail(event.key, event.retryable);
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
      if (!open) for (const key of debts.keys()) change(key, { answerBy: undefined });
      break;
    case 'reachable':
      ({ reachable } = event);
      quietUntil = -NO_DEADLINE;
      break;
    case 'time':
      for (const [key, { answerBy = NO_DEADLINE }] of debts) if (answerBy <= 0) fail(key, true);
  }
  const looked = (attentive && reportAt <= 0) || (event.type === 'seen' && event.attended);
  if (seen.length > 0 && looked) {
    expected.push(`displayed ${seen.map(({ id }) => id).join()} ${seen.at(-1)?.order}`);
    const told = displayed === false ? [] : seen.filter(({ notify: report }) => report).map(({ id }) => id);
    const debt = { outcome: 'displayed', durable: true, attempts: 0, failures: 0, answerBy: undefined };
    if (displayed === 'each')
      for (const id of told) debts.set(receiptKey(id, 'displayed'), { ...debt, messageIds: [] });
    else if (told.length > 0) {
      const messageIds: string[] = [];
      for (const [key, unsent] of debts) {
        if (unsent.outcome !== 'displayed' || unsent.answerBy !== undefined) continue;
        messageIds.push(...unsent.messageIds);
        debts.delete(key);
      }
      debts.set(receiptKey(told.at(-1) ?? '', 'displayed'), { ...debt, messageIds: [...messageIds, ...told] });
    }
    [seen, reportAt] = [[], NO_DEADLINE];
  }

  const done: string[] = [];
  let sends = false;
  for (const effect of effects) {
    if (effect.type === 'send') {
      const debt = debts.get(effect.owed.key);
      assert(debt !== undefined, 'only what is owed goes out');
      assert(debt.answerBy === undefined, 'tries do not overlap');
      assert(debt.durable, 'only what is stored goes out');
      assert(open && reachable, 'nothing goes out without a connection or a participant');
      assert(quietUntil <= 0, 'after a passing failure nothing goes out for a while');
      change(effect.owed.key, { attempts: debt.attempts + 1, answerBy: SEND_TIMEOUT });
      sends = true;
    } else if (effect.type === 'displayed') done.push(`displayed ${effect.ids.join()} ${effect.order}`);
    else done.push(`${effect.type} ${effect.owed.key}`);
  }
  if (sends) quietUntil = -NO_DEADLINE;
  assert(done.join('; ') === expected.join('; '), `each end is reported once: ${done.join('; ')}`);

  assert(after.online === open && after.reachable === reachable, 'whether anything may go is known');
  assert(after.hasFocus === attentive, 'whether the user looks is known');
  const pending = [...pendingReceipts(after)];
  assert(pending.length === debts.size, 'no debt vanishes, none is doubled');
  const named: string[] = [];
  for (const owed of pending) {
    const debt = debts.get(owed.key);
    assert(debt !== undefined, 'no debt comes back');
    assert(owed.notification.outcome === debt.outcome, 'a message has one outcome');
    assert(owed.durable === debt.durable && owed.failures === debt.failures, 'debts stay what they were');
    assert(owed.answerBy === (debt.answerBy ?? NO_DEADLINE) && owed.answerBy > 0, 'the wire has its time to answer');
    const { messageIds = [] } = owed.notification;
    assert(messageIds.join() === debt.messageIds.join(), 'a report names what was seen');
    named.push(...messageIds);
    const waits = debt.durable && debt.answerBy === undefined;
    if (open && reachable && waits) assert(quietUntil > 0, 'what may go goes');
  }
  assert(new Set(named).size === named.length, 'no message is named twice');
  assert([...displayedMessages(after)].length === seen.length, 'what is seen waits for its report');
  if (seen.length > 0) assert(after.sendDisplayedAt === reportAt, 'the first that is seen sets the time of the report');
  if (seen.length > 0 && attentive) assert(reportAt > 0, 'what is seen is reported in time');
  if (seen.length === 0)
    assert([...displayedMessages(before)].length === 0 || reportAt === NO_DEADLINE, 'a report is over when it is made');
  return { debts: Object.fromEntries(debts), open, reachable, attentive, quietUntil, seen, reportAt, lastSeen };
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
      debts: {},
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
      { debts, quietUntil, lastSeen, ...memory },
    ) =>
      [
        Array.from(
          pendingReceipts({ pending: owed }),
          ({ key, durable, failures, answerBy, notification: { outcome, messageIds } }) => {
            const debt = debts[key];
            const known = [debt?.durable, debt?.failures, debt?.answerBy, debt?.messageIds];
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
