/** A clock that a test moves. */

import type { Clock } from '@imflow/core';
import { flushMicrotasks } from './flushMicrotasks.ts';

/** The most timers that one call may run before it throws because of an endless loop. */
const MAX_TIMERS = 1_000_000;

/** A different origin, so that code which confuses the two times fails. */
const MONOTONIC_START = 77_000_000;

/** Options of the virtual clock. */
export interface VirtualClockOptions {
  /** Where time begins, in ms since the epoch. Default 1 000 000 000 000 (September 2001). */
  readonly now?: number;
}

/** A clock that stands still until a test advances it. Times and durations are in ms. */
export interface VirtualClock extends Clock {
  /** How many timers are armed. */
  readonly pending: number;
  monotonic(): number;
  /** Sets the wall clock forward or back, as the user or a time server does. Timers and `monotonic` do not change. */
  setWallClock(time: number): void;
  /**
   * Moves time forward. Timers run in the order of their deadlines, each at its own time, and promise jobs run before
   * the first, after each and at the end. `advance(0)` runs the timers that are due now.
   * @throws RangeError for a negative or infinite duration. Exceptions of timers are thrown too.
   */
  advance(duration: number): Promise<void>;
  /** Like {@link advance}, without a chance for promise jobs. */
  advanceSync(duration: number): void;
  /** Like {@link advance}, to a time. @throws RangeError for a time that has passed. */
  advanceTo(time: number): Promise<void>;
  /** Suspends the computer: time jumps, and then all timers that became due run at once, late. */
  sleep(duration: number): Promise<void>;
}

interface Timer {
  readonly deadline: number;
  readonly callback: () => void;
}

function guard(runs: number): void {
  if (runs > MAX_TIMERS) throw new Error(`more than ${MAX_TIMERS} timers ran in one go: an endless loop?`);
}

/** A virtual clock for tests. */
export function createVirtualClock(options: VirtualClockOptions = {}): VirtualClock {
  let now = MONOTONIC_START;
  /** What the wall clock shows beyond `now`. */
  let wallOffset = (options.now ?? 1_000_000_000_000) - MONOTONIC_START;
  /** By deadline; those of one deadline in the order in which they were set. */
  const timers: Timer[] = [];

  function setTimer(callback: () => void, delay: number): () => void {
    if (!(delay >= 0 && delay < Infinity)) throw new RangeError(`delay must be 0 or more and finite, not ${delay}`);
    const timer: Timer = { deadline: now + delay, callback };
    const before = timers.findLastIndex((other) => other.deadline <= timer.deadline);
    timers.splice(before + 1, 0, timer);
    return () => {
      const position = timers.indexOf(timer);
      if (position !== -1) timers.splice(position, 1);
    };
  }

  function targetAfter(duration: number): number {
    if (!(duration >= 0 && duration < Infinity)) {
      throw new RangeError(`duration must be 0 or more and finite, not ${duration}`);
    }
    return now + duration;
  }

  /** Runs the next timer that is due by `target`; returns false if there is none. */
  function runNext(target: number): boolean {
    const timer = timers[0];
    if (timer === undefined || timer.deadline > target) return false;
    timers.shift();
    now = Math.max(now, timer.deadline);
    timer.callback();
    return true;
  }

  async function run(target: number): Promise<void> {
    await flushMicrotasks();
    for (let runs = 1; runNext(target); runs += 1) {
      guard(runs);
      await flushMicrotasks();
    }
    now = Math.max(now, target);
  }

  return {
    now: () => now + wallOffset,
    monotonic: () => now,
    setWallClock(time) {
      if (!Number.isFinite(time)) throw new RangeError(`time must be finite, not ${time}`);
      wallOffset = time - now;
    },
    setTimer,
    get pending() {
      return timers.length;
    },
    async advance(duration) {
      await run(targetAfter(duration));
    },
    advanceSync(duration) {
      const target = targetAfter(duration);
      for (let runs = 1; runNext(target); runs += 1) guard(runs);
      now = Math.max(now, target);
    },
    async advanceTo(time) {
      await run(targetAfter(time - now - wallOffset));
    },
    async sleep(duration) {
      now = targetAfter(duration);
      await run(now);
    },
  };
}
