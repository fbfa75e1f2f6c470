import { expect, it, vi } from 'vitest';
import { assert, type Made, type Move, searchExhaustively, type Subject } from '../../test/exhaustiveSearch.ts';
import { FIRST_BACK_OFF, MAX_BACK_OFF } from '../time/backOff.ts';
import { NO_DEADLINE } from '../time/step.ts';
import {
  initialPersistence,
  SUSPEND_THRESHOLD,
  reducePersistence,
  type Persistence,
  persistenceDeadline,
  type PersistenceEffect,
  type PersistenceEvent,
  WRITE_TIMEOUT,
} from './machine.ts';

vi.setConfig({ testTimeout: 60_000 });

/** What an observer knows from events and effects alone. Times are relative to now. */
interface Memory {
  /** A write is running. */
  readonly writing: boolean;
  /** Something changed that no write contains yet. */
  readonly unwritten: boolean;
  /**
   * How long items have waited for the running write, and for the next one, while awake; -Infinity where none waits.
   */
  readonly waited: readonly [running: number, next: number];
  /** Failures in a row, up to the number after which the delay stays constant. */
  readonly failures: number;
  /** When the next write begins. */
  readonly retryAt: number;
}

const UNIT = FIRST_BACK_OFF / 2;
const SLEEP = 3_600_000;
/** The number of failures after which the delay stays constant. */
const MAX_FAILURES = 7;

const WAITS = [UNIT, WRITE_TIMEOUT, WRITE_TIMEOUT + SUSPEND_THRESHOLD, SLEEP].map((wait) => ({ wait }));

function movesOf(memory: Memory): readonly Move<PersistenceEvent>[] {
  const events: PersistenceEvent[] = [{ type: 'changed' }];
  if (memory.writing) events.push({ type: 'written' }, { type: 'failed', jitter: 0 });
  // The storage could not even be read, for the third time.
  else if (!memory.unwritten) events.push({ type: 'failed', jitter: 0, failures: 3 });
  return [...events.map((event) => ({ event })), ...WAITS];
}

function watch(
  memory: Memory,
  { before, event, wait, after, effects }: Made<Persistence, PersistenceEvent, PersistenceEffect>,
): Memory {
  let { writing, unwritten, failures } = memory;
  let retryAt = memory.retryAt - wait;
  // A sleeping computer does not count as waiting: the wait starts again.
  const sleeps = wait >= before.waitUntil + SUSPEND_THRESHOLD;
  let [running, next] = memory.waited.map((waited) => (sleeps ? Math.min(waited, 0) : waited + wait)) as [
    number,
    number,
  ];
  switch (event.type) {
    case 'changed':
      unwritten = true;
      next = Math.max(next, 0);
      break;
    case 'written':
      [writing, failures, running] = [false, 0, -NO_DEADLINE];
      break;
    case 'failed':
      [writing, unwritten] = [false, true];
      failures = Math.min(Math.max(failures + 1, event.failures ?? 0), MAX_FAILURES);
      retryAt = Math.min(FIRST_BACK_OFF * 2 ** (failures - 1), MAX_BACK_OFF) / 2;
      break;
    case 'time':
      break;
  }
  const may = event.type === 'written' || event.type === 'changed' || (event.type === 'time' && retryAt <= 0);
  if (sleeps) assert(effects.length === 0, 'after a sleep, the wait for the storage starts again');
  for (const { type } of effects) {
    if (type === 'write') {
      assert(!writing, 'one write at a time');
      assert(unwritten, 'only changes are written');
      assert(may, 'a write after a failure waits for the back-off');
      assert(event.type !== 'changed' || failures === 0, 'a change does not shorten the back-off');
      [writing, unwritten, retryAt] = [true, false, NO_DEADLINE];
      [running, next] = [next, -NO_DEADLINE];
    } else [running, next] = [-NO_DEADLINE, -NO_DEADLINE];
  }
  if (event.type === 'failed') assert(Math.max(running, next) < 0, 'no item waits for a storage that fails');
  assert((after.state === 'clean') === (!writing && !unwritten), 'the state is clean once all is written');
  assert((after.state === 'writing') === writing, 'the state knows a running write');
  assert(after.state !== 'failed' || !writing, 'the state knows a failure');
  if (unwritten && !writing)
    assert(after.retryAt === retryAt && retryAt > 0, 'unwritten changes have a time for the next attempt');
  else assert(after.retryAt === NO_DEADLINE, 'only a failed write is retried');
  assert(running <= 2 * WRITE_TIMEOUT, 'no item waits longer than two writes may take');
  assert(next <= WRITE_TIMEOUT, 'no item waits longer for the next write than the running one may take');
  if (Math.max(running, next) >= 0) assert(persistenceDeadline(after) < NO_DEADLINE, 'each wait has a deadline');
  return { writing, unwritten, waited: [running, next], failures, retryAt };
}

const subject: Subject<Persistence, PersistenceEvent, PersistenceEffect, Memory> = {
  initial: initialPersistence,
  memory: { writing: false, unwritten: false, waited: [-NO_DEADLINE, -NO_DEADLINE], failures: 0, retryAt: NO_DEADLINE },
  reduce: reducePersistence,
  deadline: persistenceDeadline,
  time: { type: 'time' },
  times: ['waitUntil', 'retryAt'],
  moves: (_state, memory) => movesOf(memory),
  watch,
  key: (state, memory) => JSON.stringify([{ ...state, failures: Math.min(state.failures, MAX_FAILURES) }, memory]),
};

it('B115 the exhaustive search of storing reaches all states, at least 1310, in 8923 steps', () => {
  const { closed, states, steps } = searchExhaustively(subject);
  expect(closed).toBe(true);
  expect(states).toBeGreaterThanOrEqual(1_310);
  expect(steps).toBeGreaterThanOrEqual(8_923);
});
