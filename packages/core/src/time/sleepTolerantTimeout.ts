/**
 * A time-out that allows for a suspended computer or a blocked page. When it is looked at much later than its deadline, the
 * page itself was not running, and what it waits for may be the next thing that it reads: it then waits once more.
 */
export interface SleepTolerantTimeout {
  /** In monotonic ms. */
  readonly deadline: number;
  /** It has waited once more: the next deadline counts. */
  readonly extended: boolean;
}

/** A time-out that is looked at later than this after its deadline, in ms, means that the page was not running. */
export const SUSPEND_THRESHOLD = 1_000;

/** @param duration in ms. */
export function startTimeout(now: number, duration: number): SleepTolerantTimeout {
  return { deadline: now + duration, extended: false };
}

/** Returns undefined once the time is over; otherwise the time-out, which is a later one where the page was not running. */
export function checkTimeout(
  timeout: SleepTolerantTimeout,
  now: number,
  duration: number,
): SleepTolerantTimeout | undefined {
  if (now < timeout.deadline) return timeout;
  const wasSuspended = now - timeout.deadline > SUSPEND_THRESHOLD;
  return wasSuspended && !timeout.extended ? { deadline: now + duration, extended: true } : undefined;
}
