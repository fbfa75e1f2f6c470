import type { Clock } from '../../ports/clock.ts';
import { createSchedule } from '../schedule.ts';

/** A time-out that comes later than this, in ms, means that the tab itself was asleep. */
const ASLEEP = 1_000;

interface Waiting {
  readonly give: () => void;
  readonly patient: boolean;
}

/**
 * Waits for what other tabs should say within `timeout` ms, on one timer for all. A tab that slept past the end waits
 * once more: what it waits for may be the next thing that it reads.
 * @returns a function that begins to wait, and calls `give` once nothing came; it returns one that ends the wait.
 */
export function createPatience(clock: Clock, timeout: number): (give: () => void) => () => void {
  const schedule = createSchedule<Waiting>(clock, ({ give, patient }, time) => {
    if (patient && clock.now() - time > ASLEEP) schedule.add({ give, patient: false }, clock.now() + timeout);
    else give();
  });
  return (giveUp) => {
    // A function of its own, so that each wait can be told from the others.
    const give = (): void => giveUp();
    schedule.add({ give, patient: true }, clock.now() + timeout);
    return () => {
      schedule.remove((waiting) => waiting.give === give);
    };
  };
}
