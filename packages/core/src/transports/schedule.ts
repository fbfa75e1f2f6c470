import type { Clock } from '../ports/clock.ts';
import { createMonotonicTime } from '../time/monotonicTime.ts';

/** A queue of items with due times, on one timer. Without items no timer is armed. */
export interface Schedule<T> {
  /** The time for {@link add}, in ms. It is monotonic: nothing becomes due sooner or later when the clock is set. */
  readonly now: () => number;
  /** Items of one time become due in the order in which they were added. */
  add(item: T, time: number): void;
  /** Removes and returns the items that match, in the order in which they would have become due. */
  remove(matches: (item: T) => boolean): T[];
}

interface Entry<T> {
  readonly item: T;
  readonly time: number;
}

/** @param due receives each item at its due time or later, with the due time. */
export function createSchedule<T>(clock: Clock, due: (item: T, time: number) => void): Schedule<T> {
  const now = createMonotonicTime(clock);
  let entries: Entry<T>[] = [];
  let armed: { readonly time: number; readonly cancel: () => void } | undefined;
  let running = false;

  function arm(): void {
    if (running) return;
    const time = entries[0]?.time;
    if (armed?.time === time) return;
    armed?.cancel();
    armed = time === undefined ? undefined : { time, cancel: clock.setTimer(run, Math.max(0, time - now())) };
  }

  function run(): void {
    armed = undefined;
    running = true;
    try {
      for (let entry = entries[0]; entry !== undefined && entry.time <= now(); entry = entries[0]) {
        entries.shift();
        due(entry.item, entry.time);
      }
    } finally {
      // An exception of an item reaches the host; the other items are still processed.
      running = false;
      arm();
    }
  }

  return {
    now,
    add(item, time) {
      const before = entries.findLastIndex((entry) => entry.time <= time);
      entries.splice(before + 1, 0, { item, time });
      arm();
    },
    remove(matches) {
      const removed = entries.filter((entry) => matches(entry.item));
      if (removed.length > 0) entries = entries.filter((entry) => !matches(entry.item));
      arm();
      return removed.map((entry) => entry.item);
    },
  };
}
