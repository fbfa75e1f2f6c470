import { NO_DEADLINE, type Step } from '../time/step.ts';

/**
 * The pending outcomes of proxied mode: the application must report on every received message before a deadline. Their
 * number is limited; after the deadline the engine reports a failure.
 */
export interface ProxiedOutcomes {
  readonly entries: readonly PendingOutcome[];
}

export interface PendingOutcome {
  readonly id: string;
  readonly deadline: number;
  /** The application has reported, and the transport has not accepted the report yet. */
  readonly reported: boolean;
  /** The response is deferred until the report. */
  readonly held: boolean;
}

export interface ProxiedSettings {
  /** In ms. */
  readonly timeout: number;
  readonly cap: number;
}

export type ProxiedEvent =
  | { readonly type: 'received'; readonly id: string; readonly held: boolean }
  | { readonly type: 'reported'; readonly id: string }
  /** The transport accepted the report, or the report no longer matters. */
  | { readonly type: 'done'; readonly id: string }
  /** The transport refused the report: the application may report again. */
  | { readonly type: 'refused'; readonly id: string }
  | { readonly type: 'released' }
  | { readonly type: 'time' };

export type ProxiedEffect =
  /** No report came in time: the engine reports a failure itself. */
  | { readonly type: 'expired'; readonly id: string; readonly held: boolean }
  /** The pending outcomes are full: the message is refused with 503. */
  | { readonly type: 'overflowed'; readonly id: string }
  | { readonly type: 'released'; readonly id: string; readonly held: boolean };

export const initialProxiedOutcomes: ProxiedOutcomes = { entries: [] };

export function reduceProxied(
  state: ProxiedOutcomes,
  event: ProxiedEvent,
  now: number,
  settings: ProxiedSettings,
): Step<ProxiedOutcomes, ProxiedEffect> {
  switch (event.type) {
    case 'received': {
      if (state.entries.some((entry) => entry.id === event.id)) {
        // The transport may defer its response to a later copy.
        return { state: event.held ? change(state, event.id, { held: true }) : state, effects: [] };
      }
      if (state.entries.length >= settings.cap) return { state, effects: [{ type: 'overflowed', id: event.id }] };
      const entry = { id: event.id, deadline: now + settings.timeout, reported: false, held: event.held };
      return { state: { entries: [...state.entries, entry] }, effects: [] };
    }
    case 'reported':
      return { state: change(state, event.id, { reported: true }), effects: [] };
    case 'refused':
      return { state: change(state, event.id, { reported: false }), effects: [] };
    case 'done':
      return { state: { entries: state.entries.filter((entry) => entry.id !== event.id) }, effects: [] };
    case 'released':
      return {
        state: initialProxiedOutcomes,
        // A report that was made is already in flight.
        effects: state.entries
          .filter((entry) => !entry.reported)
          .map(({ id, held }) => ({ type: 'released', id, held })),
      };
    case 'time':
      return expire(state, now);
  }
}

/** The time at which the machine must run next; `NO_DEADLINE`: not before the next event. */
export function proxiedDeadline(state: ProxiedOutcomes): number {
  return state.entries.reduce((earliest, entry) => Math.min(earliest, entry.deadline), NO_DEADLINE);
}

/** The entry of a message without a report. */
export function awaitedOutcome(state: ProxiedOutcomes, id: string): PendingOutcome | undefined {
  return state.entries.find((entry) => entry.id === id && !entry.reported);
}

function change(state: ProxiedOutcomes, id: string, changed: Partial<PendingOutcome>): ProxiedOutcomes {
  return { entries: state.entries.map((entry) => (entry.id === id ? { ...entry, ...changed } : entry)) };
}

function expire(state: ProxiedOutcomes, now: number): Step<ProxiedOutcomes, ProxiedEffect> {
  const overdue = state.entries.filter((entry) => now >= entry.deadline);
  if (overdue.length === 0) return { state, effects: [] };
  return {
    state: { entries: state.entries.filter((entry) => now < entry.deadline) },
    effects: overdue.filter((entry) => !entry.reported).map(({ id, held }) => ({ type: 'expired', id, held })),
  };
}
