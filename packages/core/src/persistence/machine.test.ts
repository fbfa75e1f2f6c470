import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_DEADLINE } from '../time/step.ts';
import {
  initialPersistence,
  reducePersistence,
  type Persistence,
  persistenceDeadline,
  type PersistenceEvent,
  WRITE_TIMEOUT,
} from './machine.ts';

interface Run {
  state: Persistence;
  do(event: PersistenceEvent, now?: number): string[];
}

function start(): Run {
  const run: Run = {
    state: initialPersistence,
    do(event, now = 0) {
      const step = reducePersistence(run.state, event, now);
      run.state = step.state;
      return step.effects.map(({ type }) => type);
    },
  };
  return run;
}

const failed: PersistenceEvent = { type: 'failed', jitter: 0 };

describe('storing', () => {
  it('B115 a change is written at once, one write at a time, and later changes with the next write', () => {
    const run = start();
    expect(run.do({ type: 'changed' })).toEqual(['write']);
    expect(run.do({ type: 'changed' })).toEqual([]);
    expect(run.do({ type: 'changed' })).toEqual([]);
    expect(run.do({ type: 'written' })).toEqual(['write']);
    expect(run.do({ type: 'written' })).toEqual([]);
    expect(run.state).toBe(initialPersistence);
    expect(persistenceDeadline(run.state)).toBe(NO_DEADLINE);
  });

  it('B115 a write that hangs delays neither messages nor other writes', () => {
    const run = start();
    run.do({ type: 'changed' });
    expect(persistenceDeadline(run.state)).toBe(WRITE_TIMEOUT);
    expect(run.do({ type: 'time' }, WRITE_TIMEOUT - 1)).toEqual([]);
    expect(run.do({ type: 'time' }, WRITE_TIMEOUT)).toEqual(['stopWaiting']);
    expect(persistenceDeadline(run.state)).toBe(NO_DEADLINE);
    expect(run.do({ type: 'changed' }, WRITE_TIMEOUT)).toEqual(['stopWaiting']);
    expect(run.do({ type: 'written' }, WRITE_TIMEOUT + 1)).toEqual(['write']);
  });

  it('B115 a failed write is retried with back-off, and no message waits for it', () => {
    const run = start();
    run.do({ type: 'changed' });
    expect(run.do(failed)).toEqual(['stopWaiting']);
    expect(persistenceDeadline(run.state)).toBe(500);
    expect(run.do({ type: 'changed' }, 100)).toEqual(['stopWaiting']);
    expect(run.do({ type: 'time' }, 499)).toEqual([]);
    expect(run.do({ type: 'time' }, 500)).toEqual(['write']);
    expect(run.do(failed, 500)).toEqual(['stopWaiting']);
    expect(persistenceDeadline(run.state)).toBe(1_500);
    expect(run.do({ type: 'time' }, 1_500)).toEqual(['write']);
    expect(run.do({ type: 'written' }, 1_500)).toEqual([]);
    expect(run.state).toBe(initialPersistence);
  });

  it('B115 there are never two writes at once, no change is lost, and no message waits forever', () => {
    const happenings = fc.constantFrom('changed', 'answer', 'fail', 'wait');
    fc.assert(
      fc.property(fc.array(happenings, { maxLength: 50 }), (story) => {
        const run = start();
        let [now, writing, unwritten, waitingSince] = [0, false, false, NO_DEADLINE];
        const take = (effects: readonly string[]): void => {
          for (const effect of effects) {
            if (effect === 'stopWaiting') waitingSince = NO_DEADLINE;
            if (effect !== 'write') continue;
            expect(writing).toBe(false);
            [writing, unwritten] = [true, false];
          }
        };
        for (const happening of story) {
          if (happening === 'changed') {
            unwritten = true;
            waitingSince = Math.min(waitingSince, now);
            take(run.do({ type: 'changed' }, now));
          } else if (happening === 'wait') {
            now = Math.min(persistenceDeadline(run.state), now + 10_000);
            take(run.do({ type: 'time' }, now));
          } else if (writing) {
            writing = false;
            if (happening === 'answer' && !unwritten) waitingSince = NO_DEADLINE;
            if (happening === 'fail') unwritten = true;
            take(run.do(happening === 'answer' ? { type: 'written' } : failed, now));
          }
          expect(run.state.state === 'clean').toBe(!writing && !unwritten);
          if (unwritten && !writing) expect(persistenceDeadline(run.state)).toBeLessThan(NO_DEADLINE);
          // A message waits at most for a write that hangs and for the next one.
          if (waitingSince !== NO_DEADLINE) expect(now - waitingSince).toBeLessThanOrEqual(2 * WRITE_TIMEOUT);
        }
      }),
      { numRuns: 500 },
    );
  });
});
