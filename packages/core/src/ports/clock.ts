/** The port for time. The default is the system clock; tests use a virtual one. */
export interface Clock {
  /** The current time in milliseconds since the epoch. */
  now(): number;
  /**
   * Milliseconds since an arbitrary moment. Unlike {@link now} it does not change when the user or the host sets the
   * clock, and never decreases. All deadlines and time-outs use it. Default: derived from `now`.
   */
  monotonic?(): number;
  /**
   * Calls back once, `delay` milliseconds from now (0 or more; a host may call later, never earlier).
   * Returns a function that cancels it. The engine keeps at most one timer a flow, one more for each upload, and one
   * while files wait to be deleted.
   */
  setTimer(callback: () => void, delay: number): () => void;
}
