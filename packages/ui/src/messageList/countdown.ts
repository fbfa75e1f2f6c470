/** The maximum send delay, in s. After the clock was set back, the remaining time would appear longer. */
const MAX_SECONDS = 120;

interface Watcher {
  readonly until: number;
  readonly tell: (seconds: number) => void;
}

const watchers = new Set<Watcher>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** Returns the seconds until a time in ms since the epoch: a whole number from 0 to 120. */
export function secondsUntil(until: number): number {
  return Math.min(Math.max(Math.ceil((until - Date.now()) / 1_000), 0), MAX_SECONDS);
}

/**
 * Calls back at once and after each second with the remaining seconds. All watchers share one timer, which runs only while
 * there is a watcher.
 *
 * @param until in ms since the epoch.
 * @returns a function that stops.
 */
export function watchCountdown(until: number, tell: (seconds: number) => void): () => void {
  const watcher = { until, tell };
  watchers.add(watcher);
  tell(secondsUntil(until));
  schedule();
  return () => {
    watchers.delete(watcher);
    if (watchers.size === 0) stop();
  };
}

function schedule(): void {
  stop();
  const now = Date.now();
  // The next full second of any watcher.
  const next = Math.min(...Array.from(watchers, ({ until }) => (until > now ? (until - now) % 1_000 : 0) || 1_000));
  timer = setTimeout(tick, next + 1);
}

function tick(): void {
  for (const { until, tell } of watchers) tell(secondsUntil(until));
  schedule();
}

function stop(): void {
  clearTimeout(timer);
  timer = undefined;
}
