import { NO_DEADLINE, type Step } from '../../time/step.ts';
import { checkTimeout, type SleepTolerantTimeout, startTimeout } from '../../time/sleepTolerantTimeout.ts';

/**
 * The state of a tab towards one remote address: presence, and requests without a confirmation. Presence follows one
 * rule: a silence proves absence only if no frame was received since it began. A frame that arrives after a query or a
 * request was posted therefore outweighs the time-out of that query or request. While the participant is absent, `hello`
 * is posted again at intervals, so that no wait depends on a single frame.
 */
export interface Peer {
  /** Connected, awake, and with an open channel: otherwise nothing is posted or awaited, and frames are ignored. */
  readonly active: boolean;
  /** `unknown` until a tab of the remote address has responded, or the first query has timed out. */
  readonly presence: 'unknown' | 'there' | 'away';
  /** The remote tabs that have posted and have not left, oldest first. */
  readonly endpoints: readonly string[];
  readonly requests: readonly PeerRequest[];
  /** The deadline of the response to the last `hello`; undefined where none is awaited. */
  readonly answer: SleepTolerantTimeout | undefined;
  /** When `hello` is posted again, in monotonic ms. */
  readonly askAt: number;
  /** The number of queries in a row without a response. */
  readonly unanswered: number;
}

/** A frame that a remote tab has to confirm. */
export interface PeerRequest {
  readonly number: number;
  /** The remote tab that has it and will confirm it once it is stored there. */
  readonly arrivedAt: string | undefined;
  /** A remote tab has posted since: a missing confirmation does not prove absence. */
  readonly heardSince: boolean;
  readonly timeout: SleepTolerantTimeout;
}

export type PeerEvent =
  /** The conversation can be used from now on. */
  | { readonly type: 'started' }
  /** The conversation or the connection was closed: its presence is unknown. */
  | { readonly type: 'stopped' }
  /** A frame of a remote tab arrived. `opened`: it is a `hello`, so the tab may have missed earlier frames. */
  | { readonly type: 'heard'; readonly endpoint: string; readonly opened: boolean }
  | { readonly type: 'left'; readonly endpoint: string }
  | { readonly type: 'requested'; readonly number: number }
  | { readonly type: 'arrived'; readonly number: number; readonly endpoint: string }
  | { readonly type: 'confirmed'; readonly number: number }
  /** The confirmation is no longer needed. */
  | { readonly type: 'cancelled'; readonly number: number }
  | { readonly type: 'time' };

export type RejectReason = 'inactive' | 'away' | 'left' | 'notConfirmed' | 'notStored' | 'stopped';

export type PeerEffect =
  | { readonly type: 'hello' }
  | { readonly type: 'post'; readonly number: number }
  | { readonly type: 'accept'; readonly number: number }
  | { readonly type: 'reject'; readonly number: number; readonly reason: RejectReason }
  | { readonly type: 'presence'; readonly presence: 'there' | 'away' };

/** Durations in ms. */
export interface PeerSettings {
  /** How long a remote tab may take to respond. */
  readonly ackTimeout: number;
  /** How long a remote tab may take to store a frame that reached it. */
  readonly storeTimeout: number;
  /** The longest interval between two queries to a remote address that does not respond. */
  readonly maxAskInterval: number;
}

/** The largest number of remembered remote tabs; frames of other tabs are still handled. */
const MAX_ENDPOINTS = 100;

export const initialPeer: Peer = {
  active: false,
  presence: 'unknown',
  endpoints: [],
  requests: [],
  answer: undefined,
  askAt: NO_DEADLINE,
  unanswered: 0,
};

export function reducePeer(state: Peer, event: PeerEvent, now: number, settings: PeerSettings): Step<Peer, PeerEffect> {
  const effects: PeerEffect[] = [];
  return { state: apply(state, event, now, settings, effects), effects };
}

/** The time at which the machine must run next, in monotonic ms. */
export function peerDeadline({ answer, askAt, requests }: Peer): number {
  return Math.min(answer?.deadline ?? NO_DEADLINE, askAt, ...requests.map(({ timeout }) => timeout.deadline));
}

function apply(state: Peer, event: PeerEvent, now: number, settings: PeerSettings, effects: PeerEffect[]): Peer {
  if (!state.active && event.type !== 'started') {
    if (event.type === 'requested') effects.push({ type: 'reject', number: event.number, reason: 'inactive' });
    return state;
  }
  switch (event.type) {
    case 'started':
      return state.active ? state : ask({ ...initialPeer, active: true }, now, settings, effects);
    case 'stopped':
      reject(state.requests, 'stopped', effects);
      return initialPeer;
    case 'heard':
      return receiveFrame(state, event, now, settings, effects);
    case 'left':
      return leave(state, event.endpoint, now, settings, effects);
    case 'requested': {
      const { number } = event;
      if (state.presence === 'away') {
        effects.push({ type: 'reject', number, reason: 'away' });
        return state;
      }
      effects.push({ type: 'post', number });
      return { ...state, requests: [...state.requests, posted(number, now, settings)] };
    }
    case 'arrived':
      return withRequest(state, event.number, (request) =>
        request.arrivedAt === undefined
          ? { ...request, arrivedAt: event.endpoint, timeout: startTimeout(now, settings.storeTimeout) }
          : request,
      );
    case 'confirmed':
      if (state.requests.some(({ number }) => number === event.number)) {
        effects.push({ type: 'accept', number: event.number });
      }
      return without(state, event.number);
    case 'cancelled':
      return without(state, event.number);
    case 'time':
      return askAgain(expireRequests(state, now, settings, effects), now, settings, effects);
  }
}

function receiveFrame(
  state: Peer,
  { endpoint, opened }: { readonly endpoint: string; readonly opened: boolean },
  now: number,
  settings: PeerSettings,
  effects: PeerEffect[],
): Peer {
  const isNew = !state.endpoints.includes(endpoint);
  if (state.presence !== 'there') effects.push({ type: 'presence', presence: 'there' });
  const heard: Peer = {
    ...state,
    presence: 'there',
    endpoints: isNew ? [...state.endpoints, endpoint].slice(-MAX_ENDPOINTS) : state.endpoints,
    requests: state.requests.map((request) => (request.heardSince ? request : { ...request, heardSince: true })),
    answer: undefined,
    askAt: NO_DEADLINE,
    unanswered: 0,
  };
  return isNew && opened ? postAgain(heard, () => true, now, settings, effects) : heard;
}

function leave(state: Peer, endpoint: string, now: number, settings: PeerSettings, effects: PeerEffect[]): Peer {
  if (!state.endpoints.includes(endpoint)) return state;
  const endpoints = state.endpoints.filter((other) => other !== endpoint);
  if (endpoints.length === 0) {
    effects.push({ type: 'presence', presence: 'away' });
    reject(state.requests, 'left', effects);
    return ask({ ...state, presence: 'away', endpoints, requests: [] }, now, settings, effects);
  }
  // The other remote tabs, if any, may still store what that tab has not.
  const left = postAgain({ ...state, endpoints }, ({ arrivedAt }) => arrivedAt === endpoint, now, settings, effects);
  return ask(left, now, settings, effects);
}

function postAgain(
  state: Peer,
  matches: (request: PeerRequest) => boolean,
  now: number,
  settings: PeerSettings,
  effects: PeerEffect[],
): Peer {
  const requests = state.requests.map((request) => {
    if (!matches(request)) return request;
    effects.push({ type: 'post', number: request.number });
    // A tab that has received the frame keeps its time to store it, unless it has left.
    const isHeld = request.arrivedAt !== undefined && state.endpoints.includes(request.arrivedAt);
    return isHeld ? request : posted(request.number, now, settings);
  });
  return { ...state, requests };
}

function expireRequests(state: Peer, now: number, settings: PeerSettings, effects: PeerEffect[]): Peer {
  const requests: PeerRequest[] = [];
  let provesAbsence = false;
  for (const request of state.requests) {
    const hasArrived = request.arrivedAt !== undefined;
    const timeout = checkTimeout(request.timeout, now, hasArrived ? settings.storeTimeout : settings.ackTimeout);
    if (timeout !== undefined) {
      requests.push(timeout === request.timeout ? request : { ...request, timeout });
      continue;
    }
    effects.push({ type: 'reject', number: request.number, reason: hasArrived ? 'notStored' : 'notConfirmed' });
    // The tab that the frame reached may have crashed, or its storage may hang: that says nothing about the others.
    provesAbsence ||= !hasArrived && !request.heardSince;
  }
  const expired = { ...state, requests };
  return provesAbsence ? ask(becomeAway(expired, effects), now, settings, effects) : expired;
}

function askAgain(state: Peer, now: number, settings: PeerSettings, effects: PeerEffect[]): Peer {
  if (state.askAt <= now) return ask(state, now, settings, effects);
  if (state.answer === undefined) return state;
  const answer = checkTimeout(state.answer, now, settings.ackTimeout);
  if (answer === state.answer) return state;
  if (answer !== undefined) return { ...state, answer };
  const unanswered = state.unanswered + 1;
  const wait = Math.min(settings.maxAskInterval, settings.ackTimeout * 2 ** Math.min(unanswered - 1, 20));
  return { ...becomeAway(state, effects), answer, askAt: now + wait, unanswered };
}

/** There was no response and no later frame. */
function becomeAway(state: Peer, effects: PeerEffect[]): Peer {
  if (state.presence !== 'away') effects.push({ type: 'presence', presence: 'away' });
  return { ...state, presence: 'away', endpoints: [] };
}

function ask(state: Peer, now: number, settings: PeerSettings, effects: PeerEffect[]): Peer {
  effects.push({ type: 'hello' });
  return { ...state, answer: startTimeout(now, settings.ackTimeout), askAt: NO_DEADLINE };
}

function posted(number: number, now: number, { ackTimeout }: PeerSettings): PeerRequest {
  return { number, arrivedAt: undefined, heardSince: false, timeout: startTimeout(now, ackTimeout) };
}

function reject(requests: readonly PeerRequest[], reason: RejectReason, effects: PeerEffect[]): void {
  for (const { number } of requests) effects.push({ type: 'reject', number, reason });
}

function withRequest(state: Peer, number: number, change: (request: PeerRequest) => PeerRequest): Peer {
  if (!state.requests.some((request) => request.number === number)) return state;
  return {
    ...state,
    requests: state.requests.map((request) => (request.number === number ? change(request) : request)),
  };
}

function without(state: Peer, number: number): Peer {
  const requests = state.requests.filter((request) => request.number !== number);
  return requests.length === state.requests.length ? state : { ...state, requests };
}
