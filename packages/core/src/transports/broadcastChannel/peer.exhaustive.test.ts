import { expect, it, vi } from 'vitest';
import { assert, type Made, type Move, searchExhaustively, type Subject } from '../../../test/exhaustiveSearch.ts';
import { NO_DEADLINE } from '../../time/step.ts';
import {
  initialPeer,
  type Peer,
  peerDeadline,
  type PeerEffect,
  type PeerEvent,
  type PeerSettings,
  reducePeer,
} from './peer.ts';

vi.setConfig({ testTimeout: 120_000 });

/** The unit of all times, in ms. A timer that is this late means that the page was not running. */
const UNIT = 2_000;
const SETTINGS: PeerSettings = { ackTimeout: UNIT, storeTimeout: 2 * UNIT, maxAskInterval: 2 * UNIT };

/** What the observer knows from events and effects alone. Times are relative to now. */
interface Memory {
  readonly active: boolean;
  /** The last reported presence. */
  readonly reported: 'unknown' | 'there' | 'away';
  /**
   * When the first frame was posted after the last received one: the beginning of a silence that can prove absence.
   */
  readonly askedAt: number;
  /** Remote tabs that have posted and have not left. */
  readonly endpoints: readonly string[];
  /** Requests without an outcome. */
  readonly open: readonly number[];
}

const NOTHING: Memory = {
  active: false,
  reported: 'unknown',
  askedAt: NO_DEADLINE,
  endpoints: [],
  open: [],
};

function movesOf(endpoints: readonly string[], numbers: readonly number[]) {
  return (_state: Peer, memory: Memory): readonly Move<PeerEvent>[] => {
    const events: PeerEvent[] = [
      { type: 'started' },
      { type: 'stopped' },
      ...endpoints.flatMap<PeerEvent>((endpoint) => [
        { type: 'heard', endpoint, opened: true },
        { type: 'heard', endpoint, opened: false },
        { type: 'left', endpoint },
      ]),
      ...numbers.flatMap<PeerEvent>((number) =>
        memory.open.includes(number)
          ? [
              // Each frame of a tab first reports the presence of the tab.
              ...memory.endpoints.map<PeerEvent>((endpoint) => ({ type: 'arrived', number, endpoint })),
              { type: 'confirmed', number },
              { type: 'cancelled', number },
            ]
          : [{ type: 'requested', number }],
      ),
    ];
    return [...events.map((event) => ({ event })), { wait: UNIT / 2 }, { wait: UNIT }, { wait: 20 * UNIT }];
  };
}

function watch(memory: Memory, { event, wait, after, effects }: Made<Peer, PeerEvent, PeerEffect>): Memory {
  let reported = memory.reported;
  let open = memory.open;
  const heard = event.type === 'heard' && memory.active;
  const active = event.type === 'started' || (memory.active && event.type !== 'stopped');
  const startsAnew = active && !memory.active;
  if (event.type === 'stopped') reported = 'unknown';
  if (event.type === 'requested') open = [...open, event.number];
  if (event.type === 'cancelled') open = open.filter((number) => number !== event.number);
  const endpoints = endpointsAfter(memory, event, effects);

  for (const effect of effects) {
    switch (effect.type) {
      case 'presence':
        assert(active, 'a presence is reported while the conversation is not used');
        assert(effect.presence !== reported, `the presence "${effect.presence}" is reported twice`);
        if (effect.presence === 'there') assert(heard, 'presence is reported without a received frame');
        else {
          const hasLeft = event.type === 'left' && memory.endpoints.length === 1;
          const silence = wait - memory.askedAt;
          assert(
            hasLeft || silence >= SETTINGS.ackTimeout,
            'absence is reported though a frame was received meanwhile',
          );
        }
        reported = effect.presence;
        break;
      case 'accept':
      case 'reject':
        assert(open.includes(effect.number), 'a request has two outcomes');
        open = open.filter((number) => number !== effect.number);
        assert(
          effect.type !== 'reject' || effect.reason !== 'away' || reported === 'away',
          'a request is rejected as for an absent participant, who is not absent',
        );
        break;
      case 'post':
        assert(active && open.includes(effect.number), 'a frame is posted that no request waits for');
        break;
      case 'hello':
        assert(active, 'a query is posted while the conversation is not used');
    }
  }

  if (heard) {
    assert(reported === 'there', 'a frame of a remote tab was received, and its presence is not reported');
    if (event.opened && !memory.endpoints.includes(event.endpoint)) {
      const posted = new Set(effects.map((effect) => (effect.type === 'post' ? effect.number : undefined)));
      assert(
        memory.open.every((number) => posted.has(number)),
        'the waiting requests are not posted to a tab that has just opened',
      );
    }
  }
  assert(after.presence === reported, 'the presence of the state differs from the reported one');
  assert(
    after.requests.length === open.length && after.requests.every(({ number }) => open.includes(number)),
    'a request is dropped without an outcome',
  );
  const due = peerDeadline(after);
  if (active && reported !== 'there') assert(due <= 2 * UNIT, 'no participant is present, and no query is repeated');
  if (open.length > 0) assert(due < NO_DEADLINE, 'a request waits without a deadline');
  if (!active) assert(due === NO_DEADLINE, 'a conversation that is not used has a deadline');

  const asks = effects.some(({ type }) => type === 'hello' || type === 'post');
  const broken = heard || startsAnew || event.type === 'stopped';
  const askedAt = broken ? NO_DEADLINE : memory.askedAt - wait;
  return {
    active,
    reported,
    askedAt: asks ? Math.min(askedAt, 0) : askedAt,
    endpoints: reported === 'away' ? [] : endpoints,
    open,
  };
}

function endpointsAfter(memory: Memory, event: PeerEvent, effects: readonly PeerEffect[]): readonly string[] {
  if (event.type === 'stopped' || !memory.active) return [];
  if (effects.some((effect) => effect.type === 'presence' && effect.presence === 'away')) return [];
  if (event.type === 'heard') return [...memory.endpoints.filter((other) => other !== event.endpoint), event.endpoint];
  if (event.type === 'left') return memory.endpoints.filter((other) => other !== event.endpoint);
  return memory.endpoints;
}

function subject(
  endpoints: readonly string[],
  numbers: readonly number[],
): Subject<Peer, PeerEvent, PeerEffect, Memory> {
  return {
    initial: initialPeer,
    memory: NOTHING,
    reduce: (state, event, now) => reducePeer(state, event, now, SETTINGS),
    deadline: peerDeadline,
    time: { type: 'time' },
    times: ['deadline', 'askAt'],
    moves: movesOf(endpoints, numbers),
    watch,
    key: (state, memory) =>
      JSON.stringify([
        { ...state, unanswered: Math.min(state.unanswered, 2) },
        { ...memory, askedAt: Math.max(memory.askedAt, -2 * UNIT), endpoints: memory.endpoints.toSorted() },
      ]),
  };
}

it.each([
  ['with one remote tab and two requests', 1144, 14974, ['e1'], [1, 2]],
  ['with two remote tabs and one request', 807, 11225, ['e1', 'e2'], [1]],
  ['with two remote tabs and two requests', 16168, 279844, ['e1', 'e2'], [1, 2]],
] as const)(
  'B180 B181 in every reachable state of a peer %s, only silence since the last frame means absence, and the peer is asked again',
  (_title, states, steps, endpoints, numbers) => {
    const searched = searchExhaustively(subject(endpoints, numbers));
    expect(searched).toMatchObject({ closed: true, states, steps });
  },
);
