/** A clock for deadlines that never runs backwards. */

import type { Clock } from '../ports/clock.ts';

/**
 * For transports. Returns a function that gives the time for deadlines, in ms since an arbitrary moment. It never runs
 * backwards. Only differences between its values mean anything. It is `clock.monotonic` where the clock has one.
 * Otherwise it is derived from `clock.now`: a clock that is set back then counts as standing still, and one that is set
 * forward as time that passed.
 */
export function createMonotonicTime(clock: Clock): () => number {
  if (clock.monotonic !== undefined) return () => clock.monotonic?.() ?? 0;
  let lastWall = -Infinity;
  let offset = 0;
  return () => {
    const wall = clock.now();
    if (wall < lastWall) offset += lastWall - wall;
    lastWall = wall;
    return wall + offset;
  };
}
