import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  initialRemoteComposing,
  MAX_EXPIRY,
  REFRESH_GRACE,
  reduceRemoteComposing,
  remoteComposingDeadline,
  type RemoteComposingEvent,
  MAX_SENDERS,
  SHOW_INTERVAL,
  shownComposers,
} from './remoteMachine.ts';
import { NO_DEADLINE } from '../time/step.ts';

const settings = { expiry: 6_000 };

const sender = fc.constantFrom('ann', 'bo', 'cy');
const frameSequence = fc.option(
  fc.record({ session: fc.constantFrom('s', 't'), sequence: fc.integer({ min: 1, max: 40 }) }),
  {
    nil: undefined,
  },
);
const anyEvent: fc.Arbitrary<RemoteComposingEvent> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('notified' as const),
      sender,
      state: fc.constantFrom('composing' as const, 'composing' as const, 'idle' as const),
      refresh: fc.option(fc.integer({ min: 1, max: 200_000 }), { nil: undefined }),
      frameSequence,
    }),
  },
  fc.record({ type: fc.constant('message' as const), sender, frameSequence }),
  fc.record({ type: fc.constant('left' as const), address: sender }),
  fc.constant({ type: 'cleared' as const }),
  fc.constant({ type: 'time' as const }),
);
const history = fc.array(fc.tuple(fc.integer({ min: 0, max: 3_000 }), anyEvent), { maxLength: 60 });

describe('remote composing', () => {
  it('B49 B61 the machine has a deadline that is always in the future, at which its state changes, and before which it does not', () => {
    fc.assert(
      fc.property(history, (events) => {
        let state = initialRemoteComposing;
        let now = 0;
        for (const [wait, event] of events) {
          now += wait;
          state = reduceRemoteComposing(state, event, now, settings).state;
          const due = remoteComposingDeadline(state);
          expect(due).toBeGreaterThan(now);
          const before = reduceRemoteComposing(state, { type: 'time' }, Math.min(due - 0.5, now + 1e6), settings);
          expect(before).toEqual({ state, effects: [] });
          if (due === NO_DEADLINE) continue;
          expect(reduceRemoteComposing(state, { type: 'time' }, due, settings).state).not.toEqual(state);
        }
      }),
    );
  });

  it('B45 B47 B58 the machine raises begin and end of each participant alternately, and they add up to what is shown', () => {
    fc.assert(
      fc.property(history, (events) => {
        let state = initialRemoteComposing;
        let now = 0;
        const composing: string[] = [];
        for (const [wait, event] of events) {
          now += wait;
          const step = reduceRemoteComposing(state, event, now, settings);
          state = step.state;
          for (const { type, participant, state: said } of step.effects) {
            if (type !== 'changed') continue;
            expect(composing.includes(participant)).toBe(said === 'idle');
            if (said === 'composing') composing.push(participant);
            else composing.splice(composing.indexOf(participant), 1);
          }
          expect(shownComposers(state).toSorted()).toEqual(composing.toSorted());
        }
      }),
    );
  });

  it('B49 B51 the machine shows no participant as composing longer than the last notification allows', () => {
    fc.assert(
      fc.property(history, (events) => {
        let state = initialRemoteComposing;
        let now = 0;
        /** Until when each sender may be shown by their last notification, late frames ignored. */
        const until = new Map<string, number>();
        for (const [wait, event] of events) {
          now += wait;
          const before = state.senders;
          state = reduceRemoteComposing(state, event, now, settings).state;
          if (event.type === 'notified' || event.type === 'message') {
            const last = before.find(({ address }) => address === event.sender);
            const late =
              event.frameSequence?.session === last?.session &&
              (event.frameSequence?.sequence ?? NO_DEADLINE) <= (last?.sequence ?? -NO_DEADLINE);
            const announced =
              event.type === 'message' || event.refresh === undefined ? settings.expiry : event.refresh + REFRESH_GRACE;
            const ends = event.type === 'message' || event.state === 'idle';
            if (!late) until.set(event.sender, ends ? now : now + Math.min(announced, MAX_EXPIRY));
          } else if (event.type === 'left') until.delete(event.address);
          else if (event.type === 'cleared') until.clear();
          for (const participant of shownComposers(state)) expect(until.get(participant) ?? 0).toBeGreaterThan(now);
          // A composing sender is shown soon, however often their state changes.
          const soon = reduceRemoteComposing(state, { type: 'time' }, now + SHOW_INTERVAL, settings).state;
          for (const [participant, end] of until) {
            if (end > now + SHOW_INTERVAL) expect(shownComposers(soon)).toContain(participant);
          }
        }
      }),
    );
  });

  it('B62 the machine keeps a bounded number of senders, however many names turn up', () => {
    let state = initialRemoteComposing;
    for (let name = 0; name < 1_000; name += 1) {
      const event = { type: 'notified', sender: `x${name}`, state: 'composing' } as const;
      state = reduceRemoteComposing(state, event, name, settings).state;
    }
    expect(state.composers).toHaveLength(MAX_SENDERS);
    expect(state.senders).toHaveLength(MAX_SENDERS);
  });
});
