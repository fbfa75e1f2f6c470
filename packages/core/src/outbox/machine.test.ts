import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  initialOutbox,
  isInFlight,
  isQueued,
  type Outbox,
  outboxDeadline,
  type OutboxEffect,
  type OutboxEvent,
  type OutboxSettings,
  reduceOutbox,
  waitingItems,
  withSortKeys,
} from './machine.ts';
import { NO_DEADLINE } from '../time/step.ts';

const SETTINGS: OutboxSettings = { sendTimeout: 30_000, maxInFlight: 1, maxAttempts: 10, writesAhead: false };

interface Run {
  state: Outbox;
  readonly effects: OutboxEffect[];
  /** The effects of each event, in short. */
  do(event: OutboxEvent, now?: number): string[];
}

function start(settings: Partial<OutboxSettings> = {}, state: Outbox = { ...initialOutbox, online: true }): Run {
  const run: Run = {
    state,
    effects: [],
    do(event, now = 0) {
      const step = reduceOutbox(run.state, event, now, { ...SETTINGS, ...settings });
      run.state = step.state;
      run.effects.push(...step.effects);
      return step.effects.map((effect) =>
        effect.type === 'send' ? `send ${effect.id} ${effect.attempt}` : `${effect.type} ${effect.id}`,
      );
    },
  };
  return run;
}

function queued(id: string, more: { order?: number; durable?: boolean; attempts?: number } = {}): OutboxEvent {
  return { type: 'queued', id, order: Number(id), durable: true, attempts: 0, ...more };
}

function failed(id: string, attempt: number): OutboxEvent {
  return { type: 'retryableFailure', id, attempt, code: 503, jitter: 0 };
}

describe('the outbox', () => {
  it('B340 the outbox stores "may have left" for all waiting messages together, before it sends the first one', () => {
    const run = start({ writesAhead: true }, initialOutbox);
    expect(run.do(queued('1'))).toEqual([]);
    expect(run.do(queued('2'))).toEqual([]);
    expect(run.do({ type: 'queued', id: '3', order: 3, durable: true, attempts: 0, holdFor: 1_000 })).toEqual([]);
    expect(run.do({ type: 'open' })).toEqual(['writeAhead 1', 'writeAhead 2']);
    expect(run.do({ type: 'durable', ids: new Set(['1', '2', '3']) })).toEqual(['send 1 1']);
    expect(run.do({ type: 'closed' })).toEqual([]);
    expect(run.do({ type: 'open' })).toEqual(['send 1 2']);
    expect(run.do({ type: 'done', id: '1' })).toEqual(['send 2 1']);
    expect(run.do({ type: 'time' }, 1_000)).toEqual(['due 3', 'writeAhead 3']);
    expect(run.do({ type: 'done', id: '2' }, 1_000)).toEqual([]);
    expect(run.do({ type: 'durable', ids: new Set(['3']) }, 1_000)).toEqual(['send 3 1']);
  });

  it('B81 the outbox sends one message at a time, first in, first out', () => {
    const run = start();
    expect(run.do(queued('1'))).toEqual(['send 1 1']);
    expect(run.do(queued('2'))).toEqual([]);
    expect(run.do(queued('3'))).toEqual([]);
    expect(run.do({ type: 'done', id: '1' })).toEqual(['send 2 1']);
    expect(run.do({ type: 'done', id: '2' })).toEqual(['send 3 1']);
    expect(run.do({ type: 'done', id: '3' })).toEqual([]);
    expect(run.state).toEqual({ ...initialOutbox, online: true });
  });

  it('B81 the outbox sends as many messages at once as the transport allows', () => {
    const run = start({ maxInFlight: 2 }, initialOutbox);
    for (const id of ['1', '2', '3']) run.do(queued(id));
    expect(run.do({ type: 'open' })).toEqual(['send 1 1', 'send 2 1']);
    expect(run.do({ type: 'done', id: '2' })).toEqual(['send 3 1']);
  });

  it('B84 the outbox queues a message once', () => {
    const run = start();
    run.do(queued('1'));
    expect(run.do(queued('1'))).toEqual([]);
    run.do(queued('2'));
    run.do(queued('2'));
    expect([...waitingItems(run.state)]).toHaveLength(1);
    expect([isQueued(run.state, '1'), isInFlight(run.state, '1')]).toEqual([true, true]);
    expect([isQueued(run.state, '2'), isInFlight(run.state, '2')]).toEqual([true, false]);
  });

  it('B82 the outbox continues the attempt counter of a retried message, and keeps its order', () => {
    const run = start({}, initialOutbox);
    run.do(queued('5'));
    run.do(queued('6'));
    run.do(queued('2', { attempts: 3 }));
    expect(run.do({ type: 'open' })).toEqual(['send 2 4']);
    expect(run.do({ type: 'done', id: '2' })).toEqual(['send 5 1']);
  });

  it('B115 the outbox sorts a message among messages whose order has changed since', () => {
    const run = start({ maxInFlight: 2 });
    for (const id of ['11', '12', '13', '14']) run.do(queued(id));
    run.do({ type: 'done', id: '12' });
    const placed = withSortKeys(run.state, new Map([['11', 1]]));
    expect(placed.inFlight.map(({ id, order }) => [id, order])).toEqual([
      ['11', 1],
      ['13', 13],
    ]);
    const again = start({ maxInFlight: 2 }, placed);
    again.do({ type: 'closed' });
    again.do(queued('12', { order: 2, attempts: 1 }));
    expect(again.do({ type: 'open' })).toEqual(['send 11 2', 'send 12 2']);
    const waiting = Array.from(waitingItems(withSortKeys(again.state, new Map([['14', 3]]))), ({ id }) => id);
    expect(waiting).toEqual(['14', '13']);
  });

  it('B85 the outbox drops a discarded message', () => {
    const run = start();
    for (const id of ['1', '2', '3']) run.do(queued(id));
    run.do({ type: 'done', id: '2' });
    expect(run.do({ type: 'done', id: '1' })).toEqual(['send 3 1']);
    expect(run.do({ type: 'done', id: 'nobody' })).toEqual([]);
  });

  it('B72 a message without a response in time leaves the outbox as timed out, and the next one is sent', () => {
    const run = start();
    run.do(queued('1'), 1_000);
    run.do(queued('2'), 1_000);
    expect(outboxDeadline(run.state)).toBe(31_000);
    expect(run.do({ type: 'time' }, 30_999)).toEqual([]);
    expect(run.do({ type: 'time' }, 31_000)).toEqual(['timedOut 1', 'send 2 1']);
    expect(outboxDeadline(run.state)).toBe(61_000);
  });

  it('B115 the outbox keeps the first message after a retryable failure, and all messages behind it', () => {
    const run = start();
    run.do(queued('1'));
    run.do(queued('2'));
    expect(run.do(failed('1', 1), 5_000)).toEqual([]);
    expect(outboxDeadline(run.state)).toBe(5_500);
    expect(run.do({ type: 'time' }, 5_499)).toEqual([]);
    expect(run.do({ type: 'time' }, 5_500)).toEqual(['send 1 2']);
    expect(run.do(failed('1', 2), 6_000)).toEqual([]);
    expect(outboxDeadline(run.state)).toBe(7_000);
  });

  it('B115 the outbox keeps the order where several messages were in flight', () => {
    const run = start({ maxInFlight: 3 });
    for (const id of ['1', '2', '3', '4']) run.do(queued(id));
    run.do(failed('1', 1));
    run.do(failed('2', 1));
    expect(Array.from(waitingItems(run.state), ({ id }) => id)).toEqual(['1', '2', '4']);
    run.do({ type: 'closed' });
    expect(Array.from(waitingItems(run.state), ({ id }) => id)).toEqual(['1', '2', '3', '4']);
    expect(run.do({ type: 'open' })).toEqual(['send 1 2', 'send 2 2', 'send 3 2']);
  });

  it('B115 a message leaves the outbox as failed after the maximum number of attempts', () => {
    const run = start({ maxAttempts: 2 });
    run.do(queued('1'));
    run.do(queued('2'));
    run.do(failed('1', 1));
    expect(run.do({ type: 'time' }, 1_000)).toEqual(['send 1 2']);
    expect(run.do(failed('1', 2), 1_000)).toEqual(['gaveUp 1', 'send 2 1']);
    expect(run.effects.at(-2)).toEqual({ type: 'gaveUp', id: '1', code: 503 });
  });

  it('B115 the outbox keeps everything while the transport is offline or the participant is away', () => {
    const run = start();
    run.do({ type: 'reachable', reachable: false });
    expect(run.do(queued('1'))).toEqual([]);
    run.do({ type: 'closed' });
    expect(run.do({ type: 'reachable', reachable: true })).toEqual([]);
    expect(run.do({ type: 'open' })).toEqual(['send 1 1']);
    run.do({ type: 'closed' });
    expect(outboxDeadline(run.state)).toBe(NO_DEADLINE);
  });

  it('B115 a reconnect, or the return of the participant, ends the back-off of the outbox', () => {
    for (const event of [{ type: 'open' }, { type: 'reachable', reachable: true }] as const) {
      const run = start();
      run.do(queued('1'));
      run.do(failed('1', 1));
      if (event.type === 'open') run.do({ type: 'closed' });
      else run.do({ type: 'reachable', reachable: false });
      expect(run.do(event)).toEqual(['send 1 2']);
    }
  });

  it('B116 the outbox sends messages that were in flight again, before all others', () => {
    const run = start();
    run.do(queued('1'));
    run.do(queued('2'));
    run.do({ type: 'closed' });
    expect(run.do({ type: 'open' })).toEqual(['send 1 2']);
    // The failure of the first attempt arrives late and is ignored.
    expect(run.do(failed('1', 1))).toEqual([]);
    expect(isInFlight(run.state, '1')).toBe(true);
  });

  it('B115 the outbox sends no message before it is stored, and none before earlier ones', () => {
    const run = start();
    expect(run.do(queued('1', { durable: false }))).toEqual([]);
    expect(run.do(queued('2'))).toEqual([]);
    expect(outboxDeadline(run.state)).toBe(NO_DEADLINE);
    expect(run.do({ type: 'durable', ids: new Set(['1']) })).toEqual(['send 1 1']);
  });

  it('B115 the outbox loses nothing and keeps the order in any interleaving', () => {
    const ids = ['1', '2', '3', '4', '5', '6'];
    const id = fc.constantFrom(...ids);
    const happening = fc.oneof(
      fc.record({ type: fc.constant('queued' as const), id, durable: fc.boolean() }),
      fc.record({ type: fc.constant('done' as const), id }),
      fc.record({ type: fc.constant('durable' as const), ids: fc.uniqueArray(id).map((some) => new Set(some)) }),
      fc.record({ type: fc.constant('failed' as const), id, old: fc.boolean() }),
      fc.record({ type: fc.constantFrom('open' as const, 'closed' as const) }),
      fc.record({ type: fc.constant('reachable' as const), reachable: fc.boolean() }),
      fc.record({ type: fc.constant('time' as const), after: fc.constantFrom(100, 1_000, 30_000) }),
    );
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), fc.integer({ min: 1, max: 3 }), (story, maxInFlight) => {
        const run = start({ maxInFlight, maxAttempts: 4 }, initialOutbox);
        // The messages that must still be in the outbox, and whether each may be sent.
        const expected = new Map<string, { durable: boolean; attempts: number }>();
        let [open, reachable, now] = [false, true, 0];
        for (const event of story) {
          const before = run.state;
          const mark = run.effects.length;
          switch (event.type) {
            case 'queued':
              run.do(queued(event.id, { durable: event.durable }), now);
              if (!expected.has(event.id)) expected.set(event.id, { durable: event.durable, attempts: 0 });
              break;
            case 'done':
              run.do(event, now);
              expected.delete(event.id);
              break;
            case 'durable':
              run.do(event, now);
              for (const durable of event.ids) {
                const item = expected.get(durable);
                if (item !== undefined) item.durable = true;
              }
              break;
            case 'failed': {
              const attempts = expected.get(event.id)?.attempts ?? 1;
              run.do(failed(event.id, event.old ? attempts - 1 : attempts), now);
              break;
            }
            case 'reachable':
              run.do(event, now);
              ({ reachable } = event);
              break;
            case 'time':
              now += event.after;
              run.do({ type: 'time' }, now);
              break;
            case 'open':
            case 'closed':
              run.do(event, now);
              open = event.type === 'open';
          }
          const effects = run.effects.slice(mark);
          for (const effect of effects) if (effect.type !== 'send') expected.delete(effect.id);
          const handedOver = effects.filter((effect) => effect.type === 'send');
          for (const effect of handedOver) {
            const item = expected.get(effect.id);
            expect(item?.durable).toBe(true);
            expect(effect.attempt).toBe((item?.attempts ?? 0) + 1);
            if (item !== undefined) item.attempts += 1;
          }
          if (handedOver.length > 0) expect([open, reachable]).toEqual([true, true]);

          const waiting = Array.from(waitingItems(run.state), (item) => item.id);
          const inFlight = run.state.inFlight.map((item) => item.id);
          // No message is lost or duplicated.
          expect([...waiting, ...inFlight].toSorted()).toEqual([...expected.keys()].toSorted());
          expect(inFlight.length).toBeLessThanOrEqual(maxInFlight);
          // First in, first out: messages are sent in order, and before all that still wait.
          const gone = handedOver.map((effect) => effect.id);
          expect([...gone, ...waiting]).toEqual([...gone, ...waiting].toSorted());
          // A message waits only for a response to others, for the storage, or for the back-off.
          const head = [...waitingItems(run.state)][0];
          if (open && reachable && head?.durable === true && inFlight.length < maxInFlight) {
            expect(run.state.retryAt).toBeGreaterThan(now);
            expect(outboxDeadline(run.state)).toBeLessThanOrEqual(run.state.retryAt);
          }
          if (event.type === 'closed') expect(inFlight).toEqual([]);
          if (run.state === before) expect(effects).toEqual([]);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
