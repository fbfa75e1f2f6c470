import type { ComposingState } from '../ports/composing.ts';
import { NO_DEADLINE, type Step } from '../time/step.ts';

/**
 * Local composing: the user's state and the state that was sent. They differ while notifications are held back: by a
 * queued message, which nothing may overtake, or by the rate limit.
 */
export interface LocalComposing {
  readonly local: ComposingState;
  /** The state that was sent last. */
  readonly sent: ComposingState;
  readonly connected: boolean;
  /** When the user was last composing; -Infinity after idle was set. */
  readonly assertedAt: number;
  readonly refreshAt: number;
  /** Until this time no notification is sent, unless the message is sent first. */
  readonly heldUntil: number;
  /** The peer responded with 415: no more notifications in this session (RFC 3994 section 4). */
  readonly unsupported: boolean;
  /** When the last notifications were sent. */
  readonly recent: readonly number[];
}

export interface LocalComposingSettings {
  /** Composing reverts to idle after this time, in ms. */
  readonly timeout: number;
  /** Composing is repeated this often, in ms. */
  readonly refresh: number | 'never';
  /** Whether composing notifications are sent. */
  readonly notify: boolean;
}

export type LocalComposingEvent =
  | { readonly type: 'set'; readonly state: ComposingState }
  | { readonly type: 'messageQueued' }
  | { readonly type: 'messageHandedOver' }
  | { readonly type: 'connected' }
  | { readonly type: 'disconnected' }
  | { readonly type: 'unsupported' }
  | { readonly type: 'time' };

export type LocalComposingEffect = { readonly type: 'notify'; readonly state: ComposingState };

/** The most notifications in any window of `RATE_WINDOW` ms, however often the user starts and stops. */
export const MAX_NOTIFICATIONS = 5;
export const RATE_WINDOW = 2_000;
/** How long a queued message may hold back notifications, in ms. */
export const MESSAGE_HOLD = 1_000;

export const initialLocalComposing: LocalComposing = {
  local: 'idle',
  sent: 'idle',
  connected: false,
  assertedAt: -NO_DEADLINE,
  refreshAt: NO_DEADLINE,
  heldUntil: -NO_DEADLINE,
  unsupported: false,
  recent: [],
};

export function reduceLocalComposing(
  state: LocalComposing,
  event: LocalComposingEvent,
  now: number,
  settings: LocalComposingSettings,
): Step<LocalComposing, LocalComposingEffect> {
  return synchronise(apply(expire(state, now, settings), event, now, settings), now, settings);
}

/** The time at which the machine must run next; `NO_DEADLINE`: not before the next event. */
export function localComposingDeadline(state: LocalComposing, settings: LocalComposingSettings): number {
  const idleAt = state.local === 'composing' ? state.assertedAt + settings.timeout : NO_DEADLINE;
  if (!notifies(state, settings)) return idleAt;
  const due = state.local === state.sent ? state.refreshAt : -NO_DEADLINE;
  const notifyAt = due === NO_DEADLINE ? NO_DEADLINE : Math.max(due, state.heldUntil, allowedAt(state));
  return Math.min(idleAt, notifyAt);
}

function expire(state: LocalComposing, now: number, settings: LocalComposingSettings): LocalComposing {
  const expired = state.local === 'composing' && now >= state.assertedAt + settings.timeout;
  return expired ? { ...state, local: 'idle', assertedAt: -NO_DEADLINE } : state;
}

function apply(
  state: LocalComposing,
  event: LocalComposingEvent,
  now: number,
  settings: LocalComposingSettings,
): LocalComposing {
  switch (event.type) {
    case 'set':
      if (event.state === 'idle') return { ...state, local: 'idle', assertedAt: -NO_DEADLINE };
      // While not connected the state is only remembered: it is sent if the transport connects within the time-out.
      return { ...state, local: state.connected ? 'composing' : 'idle', assertedAt: now };
    case 'messageQueued':
      return {
        ...state,
        local: 'idle',
        assertedAt: -NO_DEADLINE,
        heldUntil: state.connected ? now + MESSAGE_HOLD : -NO_DEADLINE,
      };
    case 'messageHandedOver':
      // The message itself ends composing for the participant (RFC 3994 section 3.2).
      return { ...state, sent: 'idle', refreshAt: NO_DEADLINE, heldUntil: -NO_DEADLINE };
    case 'connected': {
      const stillComposing = now < state.assertedAt + settings.timeout;
      return { ...state, connected: true, local: stillComposing ? 'composing' : 'idle' };
    }
    case 'disconnected':
      return { ...initialLocalComposing, unsupported: state.unsupported, recent: state.recent };
    case 'unsupported':
      return { ...state, unsupported: true };
    case 'time':
      return state;
  }
}

/** Sends the local state, if the rate limit allows it now. */
function synchronise(
  state: LocalComposing,
  now: number,
  settings: LocalComposingSettings,
): Step<LocalComposing, LocalComposingEffect> {
  const changed = state.local !== state.sent;
  const due = changed || now >= state.refreshAt;
  if (!notifies(state, settings) || !due || now < state.heldUntil || now < allowedAt(state)) {
    return { state, effects: [] };
  }
  const refresh = state.local === 'composing' && settings.refresh !== 'never' ? settings.refresh : NO_DEADLINE;
  return {
    state: {
      ...state,
      sent: state.local,
      refreshAt: now + refresh,
      heldUntil: -NO_DEADLINE,
      recent: [...state.recent, now].slice(-MAX_NOTIFICATIONS),
    },
    effects: [{ type: 'notify', state: state.local }],
  };
}

function notifies(state: LocalComposing, settings: LocalComposingSettings): boolean {
  return state.connected && settings.notify && !state.unsupported;
}

function allowedAt(state: LocalComposing): number {
  const oldest = state.recent[0];
  return state.recent.length < MAX_NOTIFICATIONS || oldest === undefined ? -NO_DEADLINE : oldest + RATE_WINDOW;
}
