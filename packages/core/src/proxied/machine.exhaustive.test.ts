import { expect, it, vi } from 'vitest';
import { assert, type Made, type Move, searchExhaustively, type Subject } from '../../test/exhaustiveSearch.ts';
import {
  awaitedOutcome,
  type ProxiedOutcomes,
  proxiedDeadline,
  type ProxiedEffect,
  type ProxiedEvent,
  type ProxiedSettings,
  initialProxiedOutcomes,
  reduceProxied,
} from './machine.ts';

vi.setConfig({ testTimeout: 60_000 });

/** A message among the pending outcomes. Times are relative to now. */
interface Taken {
  readonly reportBy: number;
  readonly held: boolean;
  /** Reported by the application; a report of the engine ends the entry. */
  readonly reported: boolean;
}

type Memory = Readonly<Record<string, Taken>>;

const UNIT = 500;
const SLEEP = 3_600_000;
const IDS = ['a', 'b', 'c'];
const SETTINGS: ProxiedSettings = { timeout: 3 * UNIT, cap: 2 };

const EVENTS: readonly ProxiedEvent[] = [
  ...IDS.flatMap<ProxiedEvent>((id) => [
    { type: 'received', id, held: false },
    { type: 'received', id, held: true },
    { type: 'reported', id },
    { type: 'done', id },
    { type: 'refused', id },
  ]),
  { type: 'released' },
];
const MOVES: readonly Move<ProxiedEvent>[] = [
  ...EVENTS.map((event) => ({ event })),
  { wait: UNIT },
  { wait: 2 * UNIT },
  { wait: SLEEP },
];

function watch(
  memory: Memory,
  { event, wait, after, effects }: Made<ProxiedOutcomes, ProxiedEvent, ProxiedEffect>,
): Memory {
  const taken = new Map(Object.entries(memory).map(([id, one]) => [id, { ...one, reportBy: one.reportBy - wait }]));
  const expected: string[] = [];
  const end = (type: 'expired' | 'released', id: string): void => {
    const one = taken.get(id);
    // The engine does not report what the application has reported.
    if (one?.reported === false) expected.push(`${type} ${id} ${one.held}`);
    taken.delete(id);
  };
  switch (event.type) {
    case 'received': {
      const { id, held } = event;
      const known = taken.get(id);
      // A copy neither extends the deadline nor removes a report.
      if (known !== undefined) taken.set(id, { ...known, held: known.held || held });
      else if (taken.size < SETTINGS.cap) taken.set(id, { reportBy: SETTINGS.timeout, held, reported: false });
      else expected.push(`overflowed ${id}`);
      break;
    }
    case 'reported':
    case 'refused': {
      const known = taken.get(event.id);
      if (known !== undefined) taken.set(event.id, { ...known, reported: event.type === 'reported' });
      break;
    }
    case 'done':
      taken.delete(event.id);
      break;
    case 'released':
      for (const id of taken.keys()) end('released', id);
      break;
    case 'time':
      for (const [id, { reportBy }] of taken) if (reportBy <= 0) end('expired', id);
  }
  const reports = effects.map((effect) =>
    [effect.type, effect.id, ...('held' in effect ? [effect.held] : [])].join(' '),
  );
  assert(reports.toSorted().join() === expected.toSorted().join(), 'each message has one outcome, the expected one');
  assert(after.entries.length <= SETTINGS.cap, 'the number of entries is limited');
  assert(after.entries.length === taken.size, 'each accepted message has one entry');
  for (const { id, deadline, reported, held } of after.entries) {
    const known = taken.get(id);
    assert(known !== undefined, 'no entry returns');
    assert(known.reported === reported && known.held === held, 'an entry does not change');
    assert(known.reportBy === deadline && deadline > 0, 'the deadline of a report does not change');
  }
  for (const id of IDS) {
    const isAwaited = taken.get(id)?.reported === false;
    assert((awaitedOutcome(after, id) !== undefined) === isAwaited, 'one report is awaited for each message');
  }
  return Object.fromEntries(taken);
}

const subject: Subject<ProxiedOutcomes, ProxiedEvent, ProxiedEffect, Memory> = {
  initial: initialProxiedOutcomes,
  memory: {},
  reduce: (state, event, now) => reduceProxied(state, event, now, SETTINGS),
  deadline: proxiedDeadline,
  time: { type: 'time' },
  times: ['deadline'],
  moves: () => MOVES,
  watch,
  // Neither names nor the order of the entries matter.
  key: ({ entries }, memory) =>
    entries
      .map(({ id, deadline, reported, held }) => {
        const known = memory[id];
        return [deadline, reported, held, known?.reportBy, known?.reported, known?.held].join(' ');
      })
      .toSorted()
      .join('\n'),
};

it('B103 B105 B106 B107 the exhaustive search of delivery reports reaches all states, at least 91, in 1729 steps', () => {
  const { closed, states, steps } = searchExhaustively(subject);
  expect(closed).toBe(true);
  expect(states).toBeGreaterThanOrEqual(91);
  expect(steps).toBeGreaterThanOrEqual(1_729);
});
