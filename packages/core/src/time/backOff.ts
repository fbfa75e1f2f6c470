/** Exponential back-off with jitter. */

/** The first wait after a passing failure and the longest one, in ms. */
export const FIRST_BACK_OFF = 1_000;
export const MAX_BACK_OFF = 60_000;

/**
 * How long to wait after the given number of failures (1 or more), in ms: doubling, and between half and the whole of
 * it by chance, so that many clients do not return at once. `jitter` is a number in [0, 1).
 */
export function backOff(failures: number, jitter: number): number {
  const longest = Math.min(MAX_BACK_OFF, FIRST_BACK_OFF * 2 ** (failures - 1));
  return longest * (0.5 + jitter / 2);
}
