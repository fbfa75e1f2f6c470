import type { Clock } from '../ports/clock.ts';
import { createMonotonicTime } from '../time/monotonicTime.ts';
import { NO_DEADLINE } from '../time/step.ts';

/** The time of a flow, and its only timer. */
export interface DeadlineTimer {
  /** In ms since an arbitrary moment. It never runs backwards, and does not change when the clock is set. */
  readonly now: () => number;
  /** Arms the timer for `deadline`. The callback may run early. `NO_DEADLINE` disarms it. */
  schedule(deadline: number): void;
}

export function createDeadlineTimer(clock: Clock, ring: () => void): DeadlineTimer {
  const now = createMonotonicTime(clock);
  let cancelTimer: (() => void) | undefined;
  let timerAt = NO_DEADLINE;

  return {
    now,
    schedule(deadline) {
      // A timer that fires early finds nothing to do and is armed again: cheaper than moving it with each keystroke.
      if (deadline !== NO_DEADLINE && timerAt <= deadline) return;
      cancelTimer?.();
      cancelTimer = undefined;
      timerAt = deadline;
      if (deadline === NO_DEADLINE) return;
      cancelTimer = clock.setTimer(
        () => {
          cancelTimer = undefined;
          timerAt = NO_DEADLINE;
          ring();
        },
        Math.max(0, deadline - now()),
      );
    },
  };
}
