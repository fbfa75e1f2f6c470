import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  awaitedOutcome,
  proxiedDeadline,
  type ProxiedOutcomes,
  type ProxiedEffect,
  type ProxiedEvent,
  initialProxiedOutcomes,
  reduceProxied,
} from './machine.ts';
import { NO_DEADLINE } from '../time/step.ts';

interface Run {
  state: ProxiedOutcomes;
  do(event: ProxiedEvent, now?: number): readonly ProxiedEffect[];
}

function start(settings = { timeout: 25_000, cap: 1_000 }): Run {
  const run: Run = {
    state: initialProxiedOutcomes,
    do(event, now = 0) {
      const step = reduceProxied(run.state, event, now, settings);
      run.state = step.state;
      return step.effects;
    },
  };
  return run;
}

const received = (id: string, held = false): ProxiedEvent => ({ type: 'received', id, held });

describe('delivery reports', () => {
  it('B100 a pending outcome waits until it is reported and the transport has accepted the report', () => {
    const run = start();
    run.do(received('m1'));
    expect(awaitedOutcome(run.state, 'm1')).toMatchObject({ id: 'm1', held: false });
    run.do({ type: 'reported', id: 'm1' });
    expect(awaitedOutcome(run.state, 'm1')).toBeUndefined();
    expect(run.state.entries).toHaveLength(1);
    run.do({ type: 'done', id: 'm1' });
    expect(run.state.entries).toEqual([]);
    expect(run.do({ type: 'done', id: 'm1' })).toEqual([]);
  });

  it('B108 a pending outcome waits again when the transport refuses the report', () => {
    const run = start();
    run.do(received('m1'));
    run.do({ type: 'reported', id: 'm1' });
    run.do({ type: 'refused', id: 'm1' });
    expect(awaitedOutcome(run.state, 'm1')).toBeDefined();
    expect(run.do({ type: 'time' }, 25_000)).toEqual([{ type: 'expired', id: 'm1', held: false }]);
  });

  it('B106 the engine reports pending outcomes at the deadline, unless their reports are in flight', () => {
    const run = start();
    run.do(received('m1', true), 0);
    run.do(received('m2'), 1_000);
    run.do(received('m3'), 1_000);
    run.do({ type: 'reported', id: 'm3' });
    expect(proxiedDeadline(run.state)).toBe(25_000);
    expect(run.do({ type: 'time' }, 24_999)).toEqual([]);
    expect(run.do({ type: 'time' }, 25_000)).toEqual([{ type: 'expired', id: 'm1', held: true }]);
    expect(run.do({ type: 'time' }, 60_000)).toEqual([{ type: 'expired', id: 'm2', held: false }]);
    expect(run.state.entries).toEqual([]);
    expect(proxiedDeadline(run.state)).toBe(NO_DEADLINE);
  });

  it('B107 the number of pending outcomes is limited', () => {
    const run = start({ timeout: 25_000, cap: 2 });
    run.do(received('m1'));
    run.do(received('m2'));
    expect(run.do(received('m3'))).toEqual([{ type: 'overflowed', id: 'm3' }]);
    expect(run.state.entries.map(({ id }) => id)).toEqual(['m1', 'm2']);
    run.do({ type: 'done', id: 'm1' });
    expect(run.do(received('m3'))).toEqual([]);
  });

  it('B109 pending outcomes are released at the end, except those in flight', () => {
    const run = start();
    run.do(received('m1', true));
    run.do(received('m2'));
    run.do(received('m3', true));
    run.do({ type: 'reported', id: 'm3' });
    expect(run.do({ type: 'released' })).toEqual([
      { type: 'released', id: 'm1', held: true },
      { type: 'released', id: 'm2', held: false },
    ]);
    expect(run.state).toEqual(initialProxiedOutcomes);
  });

  it('B105 B106 each message gets at most one outcome, and none leaks, in any interleaving', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd');
    const happening = fc.oneof(
      fc.record({ type: fc.constantFrom('received', 'report', 'done', 'refused'), id }),
      fc.record({ type: fc.constant('wait'), id }),
    );
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 40 }), (story) => {
        const run = start({ timeout: 25_000, cap: 3 });
        let now = 0;
        const reports = new Map<string, number>();
        const count = (reported: string, by: number): void => {
          reports.set(reported, (reports.get(reported) ?? 0) + by);
        };
        const seen = new Set<string>();
        for (const event of story) {
          if (event.type === 'received') {
            if (!seen.has(event.id)) run.do(received(event.id), now);
            seen.add(event.id);
          } else if (event.type === 'report') {
            // As in the flow: the application cannot report on a message that does not await it.
            if (awaitedOutcome(run.state, event.id) !== undefined) {
              run.do({ type: 'reported', id: event.id }, now);
              count(event.id, 1);
            }
          } else if (event.type === 'wait') {
            now += 10_000;
            for (const effect of run.do({ type: 'time' }, now)) count(effect.id, 1);
          } else if (run.state.entries.some((entry) => entry.id === event.id && entry.reported)) {
            run.do({ type: event.type === 'done' ? 'done' : 'refused', id: event.id }, now);
            if (event.type === 'refused') count(event.id, -1);
          }
          expect(run.state.entries.length).toBeLessThanOrEqual(3);
          for (const timestamps of reports.values()) expect(timestamps).toBeLessThanOrEqual(1);
        }
        run.do({ type: 'time' }, now + 25_000);
        expect(run.state.entries).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
