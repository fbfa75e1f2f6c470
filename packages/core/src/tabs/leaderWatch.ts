import type { Clock } from '../ports/clock.ts';
import { createMonotonicTime } from '../time/monotonicTime.ts';
import { checkTimeout, type SleepTolerantTimeout, startTimeout } from '../time/sleepTolerantTimeout.ts';

/** Lets a follower watch whether the leader responds: a frozen or blocked tab keeps its lock. */
export interface LeaderWatch {
  /** Sends a ping, unless a response is awaited; from then on also at intervals. */
  ask(): void;
  /** The leader has responded or posted. */
  heard(): void;
  stop(): void;
}

export interface LeaderWatchOptions {
  readonly clock: Clock;
  /** How long the leader may take to respond, in ms. */
  readonly timeout: number;
  readonly post: () => void;
  /** The leader has not responded in time. */
  readonly silent: () => void;
}

/** The interval of pings to the leader, in ms, if nothing else is posted to it. */
export const CHECK_INTERVAL = 15_000;

export function createLeaderWatch({ clock, timeout, post, silent }: LeaderWatchOptions): LeaderWatch {
  const now = createMonotonicTime(clock);
  let answer: SleepTolerantTimeout | undefined;
  let cancelTimer: (() => void) | undefined;

  function wait(callback: () => void, delay: number): void {
    cancelTimer?.();
    cancelTimer = clock.setTimer(callback, delay);
  }

  function rest(): void {
    answer = undefined;
    wait(ask, CHECK_INTERVAL);
  }

  function ask(): void {
    if (answer !== undefined) return;
    answer = startTimeout(now(), timeout);
    wait(check, timeout);
    post();
  }

  function check(): void {
    if (answer === undefined) return;
    const next = checkTimeout(answer, now(), timeout);
    if (next === undefined) {
      rest();
      silent();
      return;
    }
    answer = next;
    wait(check, Math.max(0, next.deadline - now()));
  }

  return {
    ask,
    heard() {
      if (answer !== undefined) rest();
    },
    stop() {
      cancelTimer?.();
      cancelTimer = undefined;
      answer = undefined;
    },
  };
}
