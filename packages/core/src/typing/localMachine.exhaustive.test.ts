import { expect, it, vi } from 'vitest';
import { assert, type Move, searchExhaustively, type Subject } from '../../test/exhaustiveSearch.ts';
import type { ComposingState } from '../ports/composing.ts';
import {
  initialLocalComposing,
  type LocalComposing,
  type LocalComposingEffect,
  type LocalComposingEvent,
  type LocalComposingSettings,
  localComposingDeadline,
  MESSAGE_HOLD,
  MAX_NOTIFICATIONS,
  RATE_WINDOW,
  reduceLocalComposing,
} from './localMachine.ts';
import { NO_DEADLINE } from '../time/step.ts';

vi.setConfig({ testTimeout: 60_000 });

/** What an observer knows of the user and the participant from events and effects alone. Times are relative to now. */
interface Memory {
  readonly connected: boolean;
  readonly unsupported: boolean;
  /** When the user typed last; -Infinity while the user is idle. */
  readonly typedAt: number;
  /** The state that the participant sees. */
  readonly remoteState: ComposingState;
  readonly notifiedAt: number;
  /** A message is about to be sent. */
  readonly heldUntil: number;
  /** The notifications of the last RATE_WINDOW ms. */
  readonly recent: readonly number[];
}

type Row = readonly [numbers: string, title: string, states: number, steps: number, settings: LocalComposingSettings];

/** All times of the settings are multiples of it, in ms: waits of it end before, at and after each of them. */
const UNIT = 500;
const SLEEP = 3_600_000;
const USUAL: LocalComposingSettings = { timeout: 2 * UNIT, refresh: 2 * UNIT, notify: true };

const MOVES: readonly Move<LocalComposingEvent>[] = [
  { event: { type: 'set', state: 'composing' } },
  { event: { type: 'set', state: 'idle' } },
  { event: { type: 'messageQueued' } },
  { event: { type: 'messageHandedOver' } },
  { event: { type: 'connected' } },
  { event: { type: 'disconnected' } },
  { event: { type: 'unsupported' } },
  { wait: UNIT },
  { wait: SLEEP },
];

function watch(
  memory: Memory,
  {
    event,
    wait,
    after,
    effects,
  }: { event: LocalComposingEvent; wait: number; after: LocalComposing; effects: readonly LocalComposingEffect[] },
  { timeout, refresh, notify }: LocalComposingSettings,
): Memory {
  let { connected, unsupported, remoteState } = memory;
  let [typedAt, notifiedAt, heldUntil] = [memory.typedAt - wait, memory.notifiedAt - wait, memory.heldUntil - wait];
  const recent = memory.recent.map((at) => at - wait).filter((at) => at > -RATE_WINDOW);
  switch (event.type) {
    case 'set':
      typedAt = event.state === 'composing' ? 0 : -NO_DEADLINE;
      break;
    case 'messageQueued':
      typedAt = -NO_DEADLINE;
      heldUntil = connected ? MESSAGE_HOLD : -NO_DEADLINE;
      break;
    case 'messageHandedOver':
      [remoteState, heldUntil] = ['idle', -NO_DEADLINE];
      break;
    case 'connected':
      connected = true;
      break;
    case 'disconnected':
      [connected, typedAt, remoteState, heldUntil] = [false, -NO_DEADLINE, 'idle', -NO_DEADLINE];
      break;
    case 'unsupported':
      unsupported = true;
      break;
    case 'time':
      break;
  }
  const typing = typedAt + timeout > 0;
  if (connected && !typing) typedAt = -NO_DEADLINE;
  const composing = connected && typing;
  assert((after.local === 'composing') === composing, 'composing lasts from typing to its time-out, while connected');

  const maySend = connected && notify && !unsupported;
  assert(effects.length <= 1, 'a step sends at most one notification');
  for (const { state } of effects) {
    assert(maySend, 'no notification is sent that must not be sent');
    assert(state === after.local, 'the sent state is the local state');
    assert(heldUntil <= 0, 'no notification overtakes a message that is about to be sent');
    if (state === 'idle') assert(remoteState === 'composing', 'idle is sent once');
    else if (remoteState === 'composing') {
      assert(refresh !== 'never' && -notifiedAt >= refresh, 'composing is not sent again before its refresh');
    }
    assert(recent.length < MAX_NOTIFICATIONS, 'the rate of notifications is limited');
    recent.push(0);
    [remoteState, notifiedAt, heldUntil] = [state, 0, -NO_DEADLINE];
  }
  assert(after.sent === remoteState, 'the state knows what the participant sees');
  assert(
    after.unsupported === unsupported && after.connected === connected,
    'the state knows whether notifications may be sent',
  );

  const capped = recent.length >= MAX_NOTIFICATIONS;
  const due = remoteState === 'composing' && composing && refresh !== 'never' && -notifiedAt >= refresh;
  if (maySend && heldUntil <= 0 && !capped) {
    assert(remoteState === after.local, 'a state that may be sent is sent at once');
    assert(!due, 'a refresh is sent when it is due');
  }
  const refreshAt = remoteState === 'composing' && refresh !== 'never' ? notifiedAt + refresh : NO_DEADLINE;
  assert(after.refreshAt === refreshAt, 'a refresh is armed exactly while the participant sees composing');
  if (remoteState !== after.local && maySend) {
    assert(
      localComposingDeadline(after, { timeout, refresh, notify }) < NO_DEADLINE,
      'a state that is held back has a deadline',
    );
  }
  if (!connected)
    assert(localComposingDeadline(after, { timeout, refresh, notify }) === NO_DEADLINE, 'no timer offline');
  return { connected, unsupported, typedAt, remoteState, notifiedAt, heldUntil, recent };
}

/** A time in the past, as far back as it matters; "never" is a different value. */
function past(at: number, span: number): number {
  return at === -NO_DEADLINE ? at : Math.max(at, -span);
}

function subjectOf(
  settings: LocalComposingSettings,
): Subject<LocalComposing, LocalComposingEvent, LocalComposingEffect, Memory> {
  const refresh = settings.refresh === 'never' ? 0 : settings.refresh;
  return {
    initial: initialLocalComposing,
    memory: {
      connected: false,
      unsupported: false,
      typedAt: -NO_DEADLINE,
      remoteState: 'idle',
      notifiedAt: -NO_DEADLINE,
      heldUntil: -NO_DEADLINE,
      recent: [],
    },
    reduce: (state, event, now) => reduceLocalComposing(state, event, now, settings),
    deadline: (state) => localComposingDeadline(state, settings),
    time: { type: 'time' },
    times: ['assertedAt', 'refreshAt', 'heldUntil', 'recent'],
    moves: () => MOVES,
    watch: (memory, made) => watch(memory, made, settings),
    key: (state, memory) =>
      [
        state.local,
        state.sent,
        state.connected,
        past(state.assertedAt, settings.timeout),
        past(state.refreshAt, 0),
        past(state.heldUntil, 0),
        state.unsupported,
        state.recent.map((at) => past(at, RATE_WINDOW)),
        past(memory.typedAt, settings.timeout),
        past(memory.heldUntil, 0),
        // It counts only while the participant sees composing.
        memory.remoteState === 'composing' ? past(memory.notifiedAt, refresh) : '',
        memory.recent,
      ].join(' '),
  };
}

it.each<Row>([
  [
    'B18 B19 B20 B21 B25',
    'local composing with a refresh before the time-out',
    8_610,
    77_490,
    { ...USUAL, timeout: 1_500 },
  ],
  [
    'B22 B27 B30 B42',
    'local composing with several refreshes before the time-out',
    10_904,
    98_136,
    { ...USUAL, timeout: 3_000 },
  ],
  ['B23 B33 B37 B43', 'local composing with refresh and time-out at once', 7_754, 69_786, USUAL],
  ['B24 B26 B118', 'local composing without a refresh', 7_950, 71_550, { ...USUAL, refresh: 'never' }],
  ['B36', 'private local composing', 32, 288, { ...USUAL, notify: false }],
])(
  '%s the exhaustive search of %s reaches all states, at least %i, in %i steps',
  (_numbers, _title, least, leastSteps, settings) => {
    const { closed, states, steps } = searchExhaustively(subjectOf(settings));
    expect(closed).toBe(true);
    expect(states).toBeGreaterThanOrEqual(least);
    expect(steps).toBeGreaterThanOrEqual(leastSteps);
  },
);
