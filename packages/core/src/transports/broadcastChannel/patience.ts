import type { Clock } from '../../ports/clock.ts';
import { createSchedule } from '../schedule.ts';

/** A time-out that comes later than this, in ms, means that the tab itself was asleep. */
const ASLEEP = 1_000;

interface Waiting {
  readonly timeout: number;
  readonly give: () => void;
  readonly patient: boolean;
}

/** Begins to wait, and calls `giveUp` once nothing came within `timeout` ms. Returns a function that ends the wait. */
export type Patience = (timeout: number, giveUp: () => void) => () => void;

/**
 * Waits for what other tabs should say, on one timer for all. A tab that slept past the end waits once more: what it
 * waits for may be the next thing that it reads.
 */
export function createPatience(clock: Clock): Patience {
  const schedule = createSchedule<Waiting>(clock, ({ timeout, give, patient }, time) => {
    if (patient && clock.now() - time > ASLEEP) schedule.add({ timeout, give, patient: false }, clock.now() + timeout);
    else give();
  });
  return (timeout, giveUp) => {
    // A function of its own, so that each wait can be told from the others.
    const give = (): void => giveUp();
    schedule.add({ timeout, give, patient: true }, clock.now() + timeout);
    return () => {
      schedule.remove((waiting) => waiting.give === give);
    };
  };
}
