import { NEVER } from '../machines/step.ts';
import type { Clock } from '../ports/clock.ts';

/** A flow's time, and its one timer. */
export interface Alarm {
  /** In ms. It never runs backwards: a clock that is set back must not stop deadlines. */
  readonly now: () => number;
  /** Rings at this deadline; it may ring before. `NEVER`: no more. */
  set(deadline: number): void;
}

export function createAlarm(clock: Clock, ring: () => void): Alarm {
  let lastWall = -NEVER;
  let offset = 0;
  let cancelTimer: (() => void) | undefined;
  let timerAt = NEVER;

  function now(): number {
    const wall = clock.now();
    if (wall < lastWall) offset += lastWall - wall;
    lastWall = wall;
    return wall + offset;
  }

  return {
    now,
    set(deadline) {
      // Who rings early finds nothing to do and is set again; that is cheaper than moving it with each keystroke.
      if (deadline !== NEVER && timerAt <= deadline) return;
      cancelTimer?.();
      cancelTimer = undefined;
      timerAt = deadline;
      if (deadline === NEVER) return;
      cancelTimer = clock.setTimer(
        () => {
          cancelTimer = undefined;
          timerAt = NEVER;
          ring();
        },
        Math.max(0, deadline - now()),
      );
    },
  };
}
