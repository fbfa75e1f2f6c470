import { describe, expect, it } from 'vitest';
import { initialLifecycle, type Lifecycle, type LifecycleEvent, reduceLifecycle } from './machine.ts';

const EVENTS = {
  start: { type: 'start' },
  offline: { type: 'connection', state: 'offline' },
  connecting: { type: 'connection', state: 'connecting' },
  online: { type: 'connection', state: 'online' },
  closed: { type: 'connection', state: 'closed' },
  terminate: { type: 'terminate' },
} as const satisfies Record<string, LifecycleEvent>;

const STATES = {
  new: initialLifecycle,
  started: { phase: 'idle', started: true, connection: 'offline' },
  connecting: { phase: 'idle', started: true, connection: 'connecting' },
  online: { phase: 'active', started: true, connection: 'online' },
  suspended: { phase: 'active', started: true, connection: 'offline' },
  resuming: { phase: 'active', started: true, connection: 'connecting' },
  ended: { phase: 'terminated', started: true, connection: 'offline' },
  'ended unstarted': { phase: 'terminated', started: false, connection: 'offline' },
} as const satisfies Record<string, Lifecycle>;

type StateName = keyof typeof STATES;
type Row = readonly [event: keyof typeof EVENTS, next: StateName, effects: string];

/** The events that have an effect in each state; all others change nothing. */
const TABLE: Readonly<Record<StateName, readonly Row[]>> = {
  new: [
    ['start', 'started', 'acquire'],
    ['terminate', 'ended unstarted', 'idle→terminated'],
  ],
  started: [
    ['connecting', 'connecting', ''],
    ['online', 'online', 'idle→active, connected'],
    ['closed', 'ended', 'idle→terminated, release'],
    ['terminate', 'ended', 'idle→terminated, release'],
  ],
  connecting: [
    ['offline', 'started', ''],
    ['online', 'online', 'idle→active, connected'],
    ['closed', 'ended', 'idle→terminated, release'],
    ['terminate', 'ended', 'idle→terminated, release'],
  ],
  online: [
    ['offline', 'suspended', 'disconnected'],
    ['connecting', 'resuming', 'disconnected'],
    ['closed', 'ended', 'disconnected, active→terminated, release'],
    ['terminate', 'ended', 'disconnected, active→terminated, release'],
  ],
  suspended: [
    ['connecting', 'resuming', ''],
    ['online', 'online', 'connected'],
    ['closed', 'ended', 'active→terminated, release'],
    ['terminate', 'ended', 'active→terminated, release'],
  ],
  resuming: [
    ['offline', 'suspended', ''],
    ['online', 'online', 'connected'],
    ['closed', 'ended', 'active→terminated, release'],
    ['terminate', 'ended', 'active→terminated, release'],
  ],
  ended: [],
  'ended unstarted': [],
};

describe('lifecycle', () => {
  const states = Object.keys(TABLE) as StateName[];
  const cases = states.flatMap((from) => {
    return (Object.keys(EVENTS) as (keyof typeof EVENTS)[]).map((event) => ({ from, event }));
  });

  it.each(cases)('B2 B3 B4 B5 B6 the lifecycle in state $from handles $event', ({ from, event }) => {
    const [, next, effects] = TABLE[from].find((row) => row[0] === event) ?? [event, from, ''];
    const step = reduceLifecycle(STATES[from], EVENTS[event]);
    expect(step.state).toEqual(STATES[next]);
    const done = step.effects.map((effect) =>
      effect.type === 'phaseChanged' ? `${effect.previous}→${effect.phase}` : effect.type,
    );
    expect(done.join(', ')).toBe(effects);
  });
});
