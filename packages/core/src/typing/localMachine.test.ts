import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  initialLocalComposing,
  type LocalComposing,
  type LocalComposingEvent,
  type LocalComposingSettings,
  localComposingDeadline,
  MESSAGE_HOLD,
  MAX_NOTIFICATIONS,
  RATE_WINDOW,
  reduceLocalComposing,
} from './localMachine.ts';
import { NO_DEADLINE } from '../time/step.ts';

type EventName = LocalComposingEvent['type'] | 'composing' | 'idle';

const online: LocalComposing = { ...initialLocalComposing, connected: true };

function eventOf(name: EventName): LocalComposingEvent {
  if (name === 'composing' || name === 'idle') return { type: 'set', state: name };
  return { type: name } as LocalComposingEvent;
}

/** Runs events at their times, and the clock between and after them. Returns the sent states with their times. */
function run(
  settings: LocalComposingSettings,
  events: readonly (readonly [at: number, EventName])[],
): readonly string[] {
  let state = online;
  const wire: string[] = [];
  const feed = (event: LocalComposingEvent, now: number): void => {
    const step = reduceLocalComposing(state, event, now, settings);
    state = step.state;
    for (const effect of step.effects) wire.push(`${now} ${effect.state}`);
  };
  for (const [at, name] of [...events, [NO_DEADLINE, 'time'] as const]) {
    for (let due = localComposingDeadline(state, settings); due < at; due = localComposingDeadline(state, settings)) {
      feed({ type: 'time' }, due);
    }
    if (at < NO_DEADLINE) feed(eventOf(name), at);
  }
  return wire;
}

const shortTimeout: LocalComposingSettings = { timeout: 3_000, refresh: 3_000, notify: true };
const longTimeout: LocalComposingSettings = { timeout: 10_000, refresh: 3_000, notify: true };

describe('local composing', () => {
  it.each<[string, LocalComposingSettings, readonly (readonly [number, EventName])[], readonly string[]]>([
    [
      'B27 a message that is sent in time ends composing without an idle notification',
      shortTimeout,
      [
        [0, 'composing'],
        [500, 'messageQueued'],
        [1_499, 'messageHandedOver'],
      ],
      ['0 composing'],
    ],
    [
      'B27 a message that waits does not hold idle back for long',
      shortTimeout,
      [
        [0, 'composing'],
        [500, 'messageQueued'],
        [9_000, 'messageHandedOver'],
      ],
      ['0 composing', `${500 + MESSAGE_HOLD} idle`],
    ],
    [
      'B27 idle is sent for a message that was queued and not sent',
      shortTimeout,
      [
        [0, 'composing'],
        [500, 'messageQueued'],
        [600, 'idle'],
      ],
      ['0 composing', `${500 + MESSAGE_HOLD} idle`],
    ],
    [
      'B30 composing that begins after a message was queued waits for that message',
      longTimeout,
      [
        [0, 'messageQueued'],
        [1, 'composing'],
        [900, 'messageHandedOver'],
        [901, 'idle'],
      ],
      ['900 composing', '901 idle'],
    ],
    [
      'B30 a refresh waits for a queued message too',
      longTimeout,
      [
        [0, 'composing'],
        [2_900, 'messageQueued'],
        [2_901, 'composing'],
        [3_500, 'messageHandedOver'],
        [3_501, 'idle'],
      ],
      ['0 composing', '3500 composing', '3501 idle'],
    ],
    [
      'B20 B30 the refresh interval counts from the composing that is sent after a message',
      longTimeout,
      [
        [0, 'composing'],
        [2_000, 'messageHandedOver'],
        [6_000, 'idle'],
      ],
      ['0 composing', '2000 composing', '5000 composing', '6000 idle'],
    ],
    [
      'B35 no notification is sent after the connection is lost',
      longTimeout,
      [
        [0, 'composing'],
        [1_000, 'disconnected'],
      ],
      ['0 composing'],
    ],
    [
      'B33 composing that was set without a connection is sent once connected, for the remaining time',
      shortTimeout,
      [
        [0, 'disconnected'],
        [1_000, 'composing'],
        [2_000, 'connected'],
      ],
      ['2000 composing', '4000 idle'],
    ],
    [
      'B37 no notification is sent after a refusal with 415',
      shortTimeout,
      [
        [0, 'composing'],
        [1, 'unsupported'],
        [2, 'idle'],
        [3, 'disconnected'],
        [4, 'connected'],
        [5, 'composing'],
      ],
      ['0 composing'],
    ],
    [
      'B42 the rate limit delays the last state, and does not drop it',
      longTimeout,
      [
        [0, 'composing'],
        [1, 'idle'],
        [2, 'composing'],
        [3, 'idle'],
        [4, 'composing'],
        [5, 'idle'],
      ],
      ['0 composing', '1 idle', '2 composing', '3 idle', '4 composing', `${RATE_WINDOW} idle`],
    ],
    [
      'B42 the rate limit drops a state that was reverted meanwhile',
      longTimeout,
      [
        [0, 'composing'],
        [1, 'idle'],
        [2, 'composing'],
        [3, 'idle'],
        [4, 'composing'],
        [5, 'idle'],
        [6, 'composing'],
        [1_000, 'messageHandedOver'],
        [1_001, 'idle'],
      ],
      ['0 composing', '1 idle', '2 composing', '3 idle', '4 composing'],
    ],
  ])('%s', (_title, settings, events, expected) => {
    expect(run(settings, events)).toEqual(expected);
  });

  const anyEvent = fc.constantFrom<EventName>(
    'composing',
    'composing',
    'composing',
    'idle',
    'messageQueued',
    'messageHandedOver',
    'connected',
    'disconnected',
    'time',
  );
  const anySettings = fc.record({
    timeout: fc.integer({ min: 1_000, max: 30_000 }),
    refresh: fc.oneof(fc.constant('never' as const), fc.integer({ min: 1_000, max: 60_000 })),
    notify: fc.boolean(),
  });

  it('B1 B43 the machine has a deadline that is always in the future, at which its state changes, and before which it does not', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 4_000 }), anyEvent), { maxLength: 40 });
    fc.assert(
      fc.property(anySettings, steps, (settings, history) => {
        let state = initialLocalComposing;
        let now = 0;
        for (const [wait, event] of history) {
          now += wait;
          state = reduceLocalComposing(state, eventOf(event), now, settings).state;
          const due = localComposingDeadline(state, settings);
          expect(due).toBeGreaterThan(now);
          const before = reduceLocalComposing(state, { type: 'time' }, Math.min(due - 0.5, now + 1e6), settings);
          expect(before).toEqual({ state, effects: [] });
          if (due === NO_DEADLINE) continue;
          const after = reduceLocalComposing(state, { type: 'time' }, due, settings);
          expect(after.state).not.toEqual(state);
        }
      }),
    );
  });

  it('B42 the machine sends at most MAX_NOTIFICATIONS notifications in any RATE_WINDOW, whatever happens', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 300 }), anyEvent), { maxLength: 100 });
    fc.assert(
      fc.property(anySettings, steps, (settings, history) => {
        let now = 0;
        const timestamps = run(
          settings,
          history.map(([wait, event]) => [(now += wait), event]),
        ).map((sent) => Number.parseInt(sent, 10));
        timestamps.forEach((time, index) => {
          const fifthBefore = timestamps[index - MAX_NOTIFICATIONS] ?? -NO_DEADLINE;
          expect(time - fifthBefore).toBeGreaterThanOrEqual(RATE_WINDOW);
        });
      }),
    );
  });
});
