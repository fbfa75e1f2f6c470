import { expect, it } from 'vitest';
import { assert, searchExhaustively, type Subject } from '../../test/exhaustiveSearch.ts';
import {
  initialLifecycle,
  type Lifecycle,
  type LifecycleEffect,
  type LifecycleEvent,
  reduceLifecycle,
} from './machine.ts';
import { NO_DEADLINE } from '../time/step.ts';

/** The effects so far. */
interface Memory {
  readonly acquired: boolean;
  readonly released: boolean;
  readonly connected: boolean;
}

const EVENTS: readonly LifecycleEvent[] = [
  { type: 'start' },
  { type: 'connection', state: 'offline' },
  { type: 'connection', state: 'connecting' },
  { type: 'connection', state: 'online' },
  { type: 'connection', state: 'closed' },
  { type: 'terminate' },
];

/** The only allowed transitions between phases. */
const WAYS: readonly string[] = ['idle active', 'idle terminated', 'active terminated'];

function count(effects: readonly LifecycleEffect[], type: LifecycleEffect['type']): number {
  return effects.filter((effect) => effect.type === type).length;
}

const subject: Subject<Lifecycle, LifecycleEvent, LifecycleEffect, Memory> = {
  initial: initialLifecycle,
  memory: { acquired: false, released: false, connected: false },
  reduce: reduceLifecycle,
  deadline: () => NO_DEADLINE,
  times: [],
  moves: () => EVENTS.map((event) => ({ event })),
  key: (state, memory) => JSON.stringify([state, memory]),

  watch(memory, { before, after, effects }) {
    const changes = effects.filter((effect) => effect.type === 'phaseChanged');
    if (before.phase === after.phase) assert(changes.length === 0, 'an unchanged phase raises no event');
    else {
      assert(WAYS.includes(`${before.phase} ${after.phase}`), `${before.phase} does not lead to ${after.phase}`);
      assert(changes.length === 1, 'a change raises one event');
      assert(changes[0]?.previous === before.phase && changes[0].phase === after.phase, 'the event has both phases');
    }
    if (before.phase === 'terminated')
      assert(after === before && effects.length === 0, 'a terminated flow does not change');

    const acquires = count(effects, 'acquire');
    assert(acquires === Number(after.started && !before.started), 'the transport is acquired once, at the start');
    const releases = count(effects, 'release');
    const ends = after.phase === 'terminated' && before.phase !== 'terminated';
    assert(releases === Number(ends && memory.acquired), 'an acquired transport is released once, at the end');

    let { connected } = memory;
    for (const { type } of effects) {
      if (type !== 'connected' && type !== 'disconnected') continue;
      assert(connected !== (type === 'connected'), 'connected and disconnected alternate');
      connected = type === 'connected';
    }
    assert(connected === (after.connection === 'online'), 'a flow is connected while it is online');
    if (after.phase === 'active') assert(after.started, 'an active flow was started');
    if (!after.started || after.phase === 'terminated')
      assert(after.connection === 'offline', 'a flow that is not used has no connection');
    if (connected) assert(after.phase === 'active', 'a connected flow is active');
    return { acquired: memory.acquired || acquires > 0, released: memory.released || releases > 0, connected };
  },
};

it('B2 B3 B4 B5 B6 the exhaustive search of the lifecycle reaches all states, at least 8, in 48 steps', () => {
  const { closed, states, steps } = searchExhaustively(subject);
  expect(closed).toBe(true);
  expect(states).toBeGreaterThanOrEqual(8);
  expect(steps).toBeGreaterThanOrEqual(48);
});
