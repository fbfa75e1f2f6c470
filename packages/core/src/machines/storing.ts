import { backOff } from './backOff.ts';
import { NEVER, type Step } from './step.ts';

/**
 * The storage's progress: one write at a time, what changes meanwhile goes with the next. When a write fails or hangs,
 * nothing waits for it any longer; it is tried again with back-off, and the failure shows until a write succeeds.
 */
export interface Storing {
  readonly state: 'clean' | 'writing' | 'failed';
  /** Something changed since the running write began. */
  readonly dirty: boolean;
  readonly failures: number;
  /** When the running write counts as failed for those who wait; `NEVER` once it does. */
  readonly waitUntil: number;
  readonly retryAt: number;
}

export type StoringEvent =
  | { readonly type: 'changed' }
  | { readonly type: 'written' }
  /** `failures`: how often it has failed in a row, where the storage could not even be read. */
  | { readonly type: 'failed'; readonly jitter: number; readonly failures?: number }
  | { readonly type: 'time' };

export type StoringEffect =
  | { readonly type: 'write' }
  /** Those who wait for the storage go on without it. */
  | { readonly type: 'giveUpWaiting' };

/** How long a write may take before nobody waits for it any longer, in ms. */
export const WRITE_PATIENCE = 5_000;

/** A timer that comes so much too late says that the machine slept, in ms. */
export const LATE_TIMER = 1_000;

export const initialStoring: Storing = { state: 'clean', dirty: false, failures: 0, waitUntil: NEVER, retryAt: NEVER };

export function reduceStoring(state: Storing, event: StoringEvent, now: number): Step<Storing, StoringEffect> {
  switch (event.type) {
    case 'changed':
      if (state.state === 'clean') return write(state, now);
      // While the storage fails or hangs, nobody is made to wait for it.
      return {
        state: { ...state, dirty: true },
        effects: state.waitUntil === NEVER ? [{ type: 'giveUpWaiting' }] : [],
      };
    case 'written':
      return state.dirty ? write({ ...state, failures: 0 }, now) : { state: initialStoring, effects: [] };
    case 'failed': {
      const failures = Math.max(state.failures + 1, event.failures ?? 0);
      const retryAt = now + backOff(failures, event.jitter);
      return {
        state: { state: 'failed', dirty: true, failures, waitUntil: NEVER, retryAt },
        effects: [{ type: 'giveUpWaiting' }],
      };
    }
    case 'time':
      if (now >= state.waitUntil + LATE_TIMER) {
        // The machine slept, and the storage with it.
        return { state: { ...state, waitUntil: now + WRITE_PATIENCE }, effects: [] };
      }
      if (now >= state.waitUntil) {
        return { state: { ...state, waitUntil: NEVER }, effects: [{ type: 'giveUpWaiting' }] };
      }
      return now >= state.retryAt ? write(state, now) : { state, effects: [] };
  }
}

/** When the machine wants to be asked again. */
export function storingDeadline(state: Storing): number {
  return Math.min(state.waitUntil, state.retryAt);
}

function write(state: Storing, now: number): Step<Storing, StoringEffect> {
  return {
    state: {
      state: 'writing',
      dirty: false,
      failures: state.failures,
      waitUntil: now + WRITE_PATIENCE,
      retryAt: NEVER,
    },
    effects: [{ type: 'write' }],
  };
}
