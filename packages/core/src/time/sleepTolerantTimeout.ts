/**
 * A time-out that tolerates a suspended computer or a blocked page. If it is checked long after its deadline, the page
 * was not running, and the awaited event may be the next one that it reads: the time-out then starts again.
 */
export interface SleepTolerantTimeout {
  /** In monotonic ms. */
  readonly deadline: number;
  /** It has waited once more: the next deadline counts. */
  readonly extended: boolean;
}

/** A time-out that is checked later than this after its deadline, in ms, means that the page was not running. */
export const SUSPEND_THRESHOLD = 1_000;

/** Browsers run the timers of a hidden page once a minute. A greater delay, in ms, means that the computer slept. */
export const MAX_TIMER_THROTTLING = 90_000;

/** @param duration in ms. */
export function startTimeout(now: number, duration: number): SleepTolerantTimeout {
  return { deadline: now + duration, extended: false };
}

/**
 * Returns undefined once the time is over; otherwise the time-out, which is a later one where the page was not running.
 * A hidden page, whose timers are always late, waits once more; one that slept does so each time.
 */
export function checkTimeout(
  timeout: SleepTolerantTimeout,
  now: number,
  duration: number,
): SleepTolerantTimeout | undefined {
  if (now < timeout.deadline) return timeout;
  const lateBy = now - timeout.deadline;
  const wasSuspended = lateBy > (timeout.extended ? MAX_TIMER_THROTTLING : SUSPEND_THRESHOLD);
  return wasSuspended ? { deadline: now + duration, extended: true } : undefined;
}
