import type { FrameSequence } from '../ports/transport.ts';
import type { ComposingState } from '../ports/composing.ts';
import { NO_DEADLINE, type Step } from '../time/step.ts';

/** The remote participants who are composing. Every entry expires, so a lost "idle" cannot leave an indicator on. */
export interface RemoteComposing {
  /** In the order in which they began. */
  readonly composers: readonly Composer[];
  /** What is remembered of each sender, also of those who are idle; the last MAX_SENDERS of them. */
  readonly senders: readonly Sender[];
}

interface Composer {
  readonly address: string;
  readonly expiresAt: number;
  /** False while the rate limit of changes holds the state back until `showAt`. */
  readonly shown: boolean;
  readonly showAt: number;
}

interface Sender {
  readonly address: string;
  /** The newest received frame. Older frames of the same session are late and ignored. */
  readonly session: string | undefined;
  readonly sequence: number;
  readonly shownAt: number;
  readonly refreshedAt: number;
}

export interface RemoteComposingSettings {
  /** A state without a refresh ends after this time, in ms. */
  readonly expiry: number;
}

export type RemoteComposingEvent =
  | {
      readonly type: 'notified';
      readonly sender: string;
      readonly state: ComposingState;
      /** The refresh that the notification announced, in ms. */
      readonly refresh?: number | undefined;
      readonly frameSequence?: FrameSequence | undefined;
    }
  /** A content message of the sender arrived: it ends their composing, unless a newer state is known. */
  | { readonly type: 'message'; readonly sender: string; readonly frameSequence?: FrameSequence | undefined }
  | { readonly type: 'left'; readonly address: string }
  | { readonly type: 'cleared' }
  | { readonly type: 'time' };

export type RemoteComposingEffect =
  | { readonly type: 'changed'; readonly participant: string; readonly state: ComposingState }
  | { readonly type: 'refreshed'; readonly participant: string; readonly state: ComposingState };

/** The longest that an announced refresh may keep a state alive, in ms (the default of RFC 3994). */
export const MAX_EXPIRY = 120_000;
/** Grace time after an announced refresh, in ms, so that a late refresh causes no flicker. */
export const REFRESH_GRACE = 1_000;
/** The shortest time between two changes of a sender's shown state, in ms. */
export const SHOW_INTERVAL = 250;
/** `refreshed` is raised at most this often for a sender, in ms. */
export const REFRESHED_INTERVAL = 1_000;
/** The maximum number of remembered senders: a peer chooses the names, which must not fill the memory. */
export const MAX_SENDERS = 64;

export const initialRemoteComposing: RemoteComposing = { composers: [], senders: [] };

export function reduceRemoteComposing(
  state: RemoteComposing,
  event: RemoteComposingEvent,
  now: number,
  settings: RemoteComposingSettings,
): Step<RemoteComposing, RemoteComposingEffect> {
  const effects: RemoteComposingEffect[] = [];
  const settled = expireDue(state, now, effects);
  return { state: apply(settled, event, now, settings, effects), effects };
}

/** The time at which the machine must run next; `NO_DEADLINE`: not before the next event. */
export function remoteComposingDeadline(state: RemoteComposing): number {
  return state.composers.reduce(
    (earliest, composer) => Math.min(earliest, composer.expiresAt, composer.shown ? NO_DEADLINE : composer.showAt),
    NO_DEADLINE,
  );
}

/** The addresses that are shown as composing. */
export function shownComposers(state: RemoteComposing): readonly string[] {
  return state.composers.filter((composer) => composer.shown).map((composer) => composer.address);
}

function apply(
  state: RemoteComposing,
  event: RemoteComposingEvent,
  now: number,
  settings: RemoteComposingSettings,
  effects: RemoteComposingEffect[],
): RemoteComposing {
  switch (event.type) {
    case 'notified':
    case 'message': {
      const sender = senderOf(state, event.sender);
      if (isLate(sender, event.frameSequence)) return state;
      const known = remember(state, stamped(sender, event.frameSequence));
      if (event.type === 'message') return remove(known, event.sender, effects);
      if (event.state === 'idle') return goIdle(known, event.sender, now, effects);
      const announced = event.refresh === undefined ? settings.expiry : event.refresh + REFRESH_GRACE;
      return compose(known, event.sender, now + Math.min(announced, MAX_EXPIRY), now, effects);
    }
    case 'left':
      // The senders are kept: their earlier notifications are still late, and a reconnect does not evade the limit.
      return remove(state, event.address, effects);
    case 'cleared':
      for (const participant of shownComposers(state)) effects.push({ type: 'changed', participant, state: 'idle' });
      return { ...state, composers: [] };
    case 'time':
      return state;
  }
}

/** Ends expired states, then shows states that were withheld long enough. */
function expireDue(state: RemoteComposing, now: number, effects: RemoteComposingEffect[]): RemoteComposing {
  if (now < remoteComposingDeadline(state)) return state;
  let { senders } = state;
  const composers: Composer[] = [];
  for (const composer of state.composers) {
    const { address } = composer;
    if (now >= composer.expiresAt) {
      if (composer.shown) effects.push({ type: 'changed', participant: address, state: 'idle' });
    } else if (!composer.shown && now >= composer.showAt) {
      composers.push({ ...composer, shown: true });
      senders = senders.map((sender) => (sender.address === address ? { ...sender, shownAt: now } : sender));
      effects.push({ type: 'changed', participant: address, state: 'composing' });
    } else {
      composers.push(composer);
    }
  }
  return { composers, senders };
}

function compose(
  state: RemoteComposing,
  address: string,
  expiresAt: number,
  now: number,
  effects: RemoteComposingEffect[],
): RemoteComposing {
  const composing = composerOf(state, address);
  if (composing !== undefined) {
    const composers = state.composers.map((other) => (other === composing ? { ...other, expiresAt } : other));
    const going = { ...state, composers };
    return composing.shown ? refresh(going, address, 'composing', now, effects) : going;
  }
  if (state.composers.length >= MAX_SENDERS) return state;
  const sender = senderOf(state, address);
  const showAt = sender.shownAt + SHOW_INTERVAL;
  const shown = now >= showAt;
  const added = { ...state, composers: [...state.composers, { address, expiresAt, shown, showAt }] };
  if (!shown) return added;
  effects.push({ type: 'changed', participant: address, state: 'composing' });
  return remember(added, { ...sender, shownAt: now, refreshedAt: now });
}

function goIdle(
  state: RemoteComposing,
  address: string,
  now: number,
  effects: RemoteComposingEffect[],
): RemoteComposing {
  const composing = composerOf(state, address) !== undefined;
  return composing ? remove(state, address, effects) : refresh(state, address, 'idle', now, effects);
}

function refresh(
  state: RemoteComposing,
  participant: string,
  composingState: ComposingState,
  now: number,
  effects: RemoteComposingEffect[],
): RemoteComposing {
  const sender = senderOf(state, participant);
  if (now < sender.refreshedAt + REFRESHED_INTERVAL) return state;
  effects.push({ type: 'refreshed', participant, state: composingState });
  return remember(state, { ...sender, refreshedAt: now });
}

function remove(state: RemoteComposing, address: string, effects: RemoteComposingEffect[]): RemoteComposing {
  const removed = composerOf(state, address);
  if (removed === undefined) return state;
  if (removed.shown) effects.push({ type: 'changed', participant: address, state: 'idle' });
  return { ...state, composers: state.composers.filter((composer) => composer !== removed) };
}

function composerOf(state: RemoteComposing, address: string): Composer | undefined {
  return state.composers.find((composer) => composer.address === address);
}

function senderOf(state: RemoteComposing, address: string): Sender {
  const known = state.senders.find((sender) => sender.address === address);
  return (
    known ?? { address, session: undefined, sequence: -NO_DEADLINE, shownAt: -NO_DEADLINE, refreshedAt: -NO_DEADLINE }
  );
}

function remember(state: RemoteComposing, sender: Sender): RemoteComposing {
  const others = state.senders.filter((other) => other.address !== sender.address);
  return { ...state, senders: [...others, sender].slice(-MAX_SENDERS) };
}

function isLate(sender: Sender, frameSequence: FrameSequence | undefined): boolean {
  return (
    frameSequence !== undefined && frameSequence.session === sender.session && frameSequence.sequence <= sender.sequence
  );
}

function stamped(sender: Sender, frameSequence: FrameSequence | undefined): Sender {
  return frameSequence === undefined
    ? sender
    : { ...sender, session: frameSequence.session, sequence: frameSequence.sequence };
}
