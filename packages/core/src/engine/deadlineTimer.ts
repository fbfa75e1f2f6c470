import { NO_DEADLINE } from './step.ts';
import type { Clock } from '../ports/clock.ts';

/** A flow's time, and its one timer. */
export interface DeadlineTimer {
  /** In ms. It never runs backwards: a clock that is set back must not stop deadlines. */
  readonly now: () => number;
  /** Rings at this deadline; it may ring before. `NEVER`: no more. */
  schedule(deadline: number): void;
}

export function createDeadlineTimer(clock: Clock, ring: () => void): DeadlineTimer {
  let lastWall = -NO_DEADLINE;
  let offset = 0;
  let cancelTimer: (() => void) | undefined;
  let timerAt = NO_DEADLINE;

  function now(): number {
    const wall = clock.now();
    if (wall < lastWall) offset += lastWall - wall;
    lastWall = wall;
    return wall + offset;
  }

  return {
    now,
    schedule(deadline) {
      // Who rings early finds nothing to do and is set again; that is cheaper than moving it with each keystroke.
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
