import { backOff } from '../time/backOff.ts';
import { NO_DEADLINE, type Step } from '../time/step.ts';

/**
 * The state of the storage: one write at a time; changes meanwhile go with the next one. When a write fails or hangs,
 * nothing waits for it any longer. It is retried with back-off, and the error is reported until a write succeeds.
 */
export interface Persistence {
  readonly state: 'clean' | 'writing' | 'failed';
  /** Something changed since the running write began. */
  readonly dirty: boolean;
  readonly failures: number;
  /** When the items that wait for the running write continue without it; `NO_DEADLINE` once they have. */
  readonly waitUntil: number;
  readonly retryAt: number;
}

export type PersistenceEvent =
  | { readonly type: 'changed' }
  | { readonly type: 'written' }
  /** `failures`: how often it has failed in a row, where the storage could not even be read. */
  | { readonly type: 'failed'; readonly jitter: number; readonly failures?: number }
  | { readonly type: 'time' };

export type PersistenceEffect =
  | { readonly type: 'write' }
  /** Items that wait for the storage continue without it. */
  | { readonly type: 'stopWaiting' };

/** The time after which nothing waits for a write any longer, in ms. */
export const WRITE_TIMEOUT = 5_000;

/** A timer that fires this much too late, in ms, means that the computer slept. */
export const SUSPEND_THRESHOLD = 1_000;

export const initialPersistence: Persistence = {
  state: 'clean',
  dirty: false,
  failures: 0,
  waitUntil: NO_DEADLINE,
  retryAt: NO_DEADLINE,
};

export function reducePersistence(
  state: Persistence,
  event: PersistenceEvent,
  now: number,
): Step<Persistence, PersistenceEffect> {
  switch (event.type) {
    case 'changed':
      if (state.state === 'clean') return write(state, now);
      return {
        state: { ...state, dirty: true },
        effects: isWaitingOver(state) ? [{ type: 'stopWaiting' }] : [],
      };
    case 'written':
      return state.dirty ? write({ ...state, failures: 0 }, now) : { state: initialPersistence, effects: [] };
    case 'failed': {
      const failures = Math.max(state.failures + 1, event.failures ?? 0);
      const retryAt = now + backOff(failures, event.jitter);
      return {
        state: { state: 'failed', dirty: true, failures, waitUntil: NO_DEADLINE, retryAt },
        effects: [{ type: 'stopWaiting' }],
      };
    }
    case 'time':
      if (now >= state.waitUntil + SUSPEND_THRESHOLD) {
        // The computer slept, and the storage with it.
        return { state: { ...state, waitUntil: now + WRITE_TIMEOUT }, effects: [] };
      }
      if (now >= state.waitUntil) {
        return { state: { ...state, waitUntil: NO_DEADLINE }, effects: [{ type: 'stopWaiting' }] };
      }
      return now >= state.retryAt ? write(state, now) : { state, effects: [] };
  }
}

/** Whether the storage fails or hangs, so that nothing waits for it. */
export function isWaitingOver({ state, waitUntil }: Persistence): boolean {
  return state !== 'clean' && waitUntil === NO_DEADLINE;
}

/** The time at which the machine must run next; `NO_DEADLINE`: not before the next event. */
export function persistenceDeadline(state: Persistence): number {
  return Math.min(state.waitUntil, state.retryAt);
}

function write(state: Persistence, now: number): Step<Persistence, PersistenceEffect> {
  return {
    state: {
      state: 'writing',
      dirty: false,
      failures: state.failures,
      waitUntil: now + WRITE_TIMEOUT,
      retryAt: NO_DEADLINE,
    },
    effects: [{ type: 'write' }],
  };
}
