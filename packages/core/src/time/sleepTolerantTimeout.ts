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

/** Browsers run the timers of a hidden page once a minute. What is later than this, in ms, was a computer that slept. */
export const MAX_TIMER_THROTTLING = 90_000;

/** @param duration in ms. */
export function startTimeout(now: number, duration: number): SleepTolerantTimeout {
  return { deadline: now + duration, extended: false };
}

/**
 * Returns undefined once the time is over; otherwise the time-out, which is a later one where the page was not running. A
 * hidden page, whose timers are always late, waits once more; one that slept does so each time.
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
