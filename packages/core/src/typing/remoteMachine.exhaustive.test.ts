import { expect, it, vi } from 'vitest';
import { assert, type Made, type Move, searchExhaustively, type Subject } from '../../test/exhaustiveSearch.ts';
import {
  initialRemoteComposing,
  MAX_EXPIRY,
  reduceRemoteComposing,
  REFRESH_GRACE,
  REFRESHED_INTERVAL,
  type RemoteComposing,
  remoteComposingDeadline,
  type RemoteComposingEffect,
  type RemoteComposingEvent,
  SHOW_INTERVAL,
  shownComposers,
} from './remoteMachine.ts';
import type { FrameSequence } from '../ports/transport.ts';
import { NO_DEADLINE } from '../time/step.ts';

vi.setConfig({ testTimeout: 60_000 });

/** What an observer knows of a sender from events and effects alone. Times are relative to now. */
interface Known {
  /** Until when the last notification allows composing to be shown. */
  readonly until: number;
  /** The state that the application was notified of. */
  readonly shown: boolean;
  readonly shownAt: number;
  /** When the last refresh was raised. */
  readonly refreshedAt: number;
  /** The newest frame of the last session. */
  readonly newest: string;
}

type Memory = Readonly<Record<string, Known>>;
type Row = readonly [
  numbers: string,
  title: string,
  states: number,
  steps: number,
  senders: readonly string[],
  stamps: readonly FrameSequence[],
];

const UNIT = 250;
const SLEEP = 3_600_000;
const EXPIRY = 750;
/** What a notification announces: an expiry of 1 250 ms. */
const ANNOUNCED = 250;

const STAMPS: readonly FrameSequence[] = ['s', 't'].flatMap((session) =>
  [1, 2].map((sequence) => ({ session, sequence })),
);

const UNKNOWN: Known = {
  until: -NO_DEADLINE,
  shown: false,
  shownAt: -NO_DEADLINE,
  refreshedAt: -NO_DEADLINE,
  newest: '',
};

function movesOf(senders: readonly string[], stamps: readonly FrameSequence[]): readonly Move<RemoteComposingEvent>[] {
  const frames = senders.flatMap((sender) =>
    [undefined, ...stamps].flatMap<RemoteComposingEvent>((frameSequence) => [
      { type: 'notified', sender, state: 'composing', frameSequence },
      { type: 'notified', sender, state: 'composing', refresh: ANNOUNCED, frameSequence },
      { type: 'notified', sender, state: 'idle', frameSequence },
      { type: 'message', sender, frameSequence },
    ]),
  );
  const others = senders.map<RemoteComposingEvent>((address) => ({ type: 'left', address }));
  return [
    ...[...frames, ...others, { type: 'cleared' } as const].map((event) => ({ event })),
    { wait: UNIT },
    { wait: 2 * UNIT },
    { wait: SLEEP },
  ];
}

/** The presence of a sender that an event implies; undefined if it implies none. */
function afterNotification(known: Known, event: RemoteComposingEvent): Pick<Known, 'until' | 'newest'> | undefined {
  if (event.type !== 'notified' && event.type !== 'message') return undefined;
  const { frameSequence } = event;
  const [session = '', sequence = 0] = known.newest.split(' ');
  if (frameSequence !== undefined && frameSequence.session === session && frameSequence.sequence <= Number(sequence))
    return undefined;
  const newest = frameSequence === undefined ? known.newest : `${frameSequence.session} ${frameSequence.sequence}`;
  if (event.type === 'message' || event.state === 'idle') return { until: -NO_DEADLINE, newest };
  return { until: event.refresh === undefined ? EXPIRY : event.refresh + REFRESH_GRACE, newest };
}

function watch(
  memory: Memory,
  { before, event, wait, after, effects }: Made<RemoteComposing, RemoteComposingEvent, RemoteComposingEffect>,
): Memory {
  const shown = shownComposers(after);
  const entries = Object.entries(memory).map(([address, earlier]): [string, Known] => {
    const isMeant =
      event.type === 'cleared' ||
      (event.type === 'left' && event.address === address) ||
      ((event.type === 'notified' || event.type === 'message') && event.sender === address);
    let known = {
      ...earlier,
      until: earlier.until - wait,
      shownAt: earlier.shownAt - wait,
      refreshedAt: earlier.refreshedAt - wait,
    };
    const news = isMeant ? afterNotification(known, event) : undefined;
    if (news !== undefined) known = { ...known, ...news };
    else if (event.type === 'cleared' || (event.type === 'left' && isMeant)) known = { ...known, until: -NO_DEADLINE };

    for (const { type, participant, state } of effects) {
      if (participant !== address) continue;
      if (type === 'changed') {
        assert(known.shown !== (state === 'composing'), 'begin and end of composing alternate');
        if (state === 'composing') {
          assert(-known.shownAt >= SHOW_INTERVAL, 'composing begins at most four times a second');
          known = { ...known, shownAt: 0 };
        }
        known = { ...known, shown: state === 'composing' };
      } else {
        assert(news !== undefined, 'a refresh follows only from a notification');
        assert(state === (known.shown ? 'composing' : 'idle'), 'a refresh has the shown state');
        assert(-known.refreshedAt >= REFRESHED_INTERVAL, 'refreshes are raised at most once a second');
        known = { ...known, refreshedAt: 0 };
      }
    }
    assert(known.shown === shown.includes(address), 'the application was notified of the shown state');
    if (known.shown) assert(known.until > 0, 'no sender is shown longer than their last notification allows');
    const isDue = known.until > 0 && -known.shownAt >= SHOW_INTERVAL;
    if (isDue) assert(known.shown, 'a composing sender is shown as soon as the rate limit allows');
    if (!isMeant && wait === 0) assert(known.shown === earlier.shown, 'the events of other senders change nothing');
    return [address, known];
  });

  for (const { expiresAt } of after.composers) assert(expiresAt <= MAX_EXPIRY, 'no announced refresh lasts forever');
  const began = before.composers.map(({ address }) => address);
  const still = after.composers.map(({ address }) => address);
  assert(
    still.filter((address) => began.includes(address)).join('') ===
      began.filter((address) => still.includes(address)).join(''),
    'the order of composers is stable',
  );
  assert(
    still.findIndex((address) => !began.includes(address)) === -1 || !began.includes(still.at(-1) ?? ''),
    'a sender that begins comes last',
  );
  return Object.fromEntries(entries);
}

/** A time in the past, as far back as it matters; "never" is a different value. */
function past(at: number, span: number): number {
  return at === -NO_DEADLINE ? at : Math.max(at, -span);
}

function subjectOf(
  senders: readonly string[],
  stamps: readonly FrameSequence[],
): Subject<RemoteComposing, RemoteComposingEvent, RemoteComposingEffect, Memory> {
  const moves = movesOf(senders, stamps);
  return {
    initial: initialRemoteComposing,
    memory: Object.fromEntries(senders.map((sender) => [sender, UNKNOWN])),
    reduce: (state, event, now) => reduceRemoteComposing(state, event, now, { expiry: EXPIRY }),
    deadline: remoteComposingDeadline,
    time: { type: 'time' },
    times: ['expiresAt', 'showAt', 'shownAt', 'refreshedAt'],
    moves: () => moves,
    watch,
    // One line for each sender, sorted: neither names nor the order of so few remembered senders matter.
    key: (state, memory) =>
      Object.entries(memory)
        .map(([address, known]) => {
          const place = state.composers.findIndex((composer) => composer.address === address);
          const composer = state.composers[place];
          const sender = state.senders.find((other) => other.address === address);
          return [
            place,
            composer?.expiresAt,
            composer?.shown === false ? composer.showAt : '',
            sender?.session,
            sender?.sequence,
            past(sender?.shownAt ?? -NO_DEADLINE, SHOW_INTERVAL),
            past(sender?.refreshedAt ?? -NO_DEADLINE, REFRESHED_INTERVAL),
            Math.max(known.until, 0),
            known.shown,
            Math.max(known.shownAt, -SHOW_INTERVAL),
            Math.max(known.refreshedAt, -REFRESHED_INTERVAL),
            known.newest,
          ].join(' ');
        })
        .toSorted()
        .join('\n'),
  };
}

it.each<Row>([
  [
    'B45 B46 B47 B49 B51 B52 B56 B57',
    'remote composing of one sender with frame sequences',
    821,
    20_525,
    ['bo'],
    STAMPS,
  ],
  ['B53 B58 B59 B61 B62', 'remote composing of two senders', 16_354, 228_956, ['bo', 'cy'], []],
])(
  '%s the exhaustive search of %s reaches all states, at least %i, in %i steps',
  (_numbers, _title, least, leastSteps, ...alphabet) => {
    const { closed, states, steps } = searchExhaustively(subjectOf(...alphabet));
    expect(closed).toBe(true);
    expect(states).toBeGreaterThanOrEqual(least);
    expect(steps).toBeGreaterThanOrEqual(leastSteps);
  },
);
