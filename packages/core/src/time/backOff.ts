/** Exponential back-off with jitter. */

/** The first and the longest delay after a retryable failure, in ms. */
export const FIRST_BACK_OFF = 1_000;
export const MAX_BACK_OFF = 60_000;

/**
 * Returns the delay after the given number of failures (1 or more), in ms. It doubles each time; a random value between
 * half and the whole of it keeps many clients from returning at once. `jitter` is a number in [0, 1).
 */
export function backOff(failures: number, jitter: number): number {
  const longest = Math.min(MAX_BACK_OFF, FIRST_BACK_OFF * 2 ** (failures - 1));
  return longest * (0.5 + jitter / 2);
}
