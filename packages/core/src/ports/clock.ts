/** Where time enters the engine. The system clock is the default; tests use a virtual one. */
export interface Clock {
  /** The current time in milliseconds since the epoch. */
  now(): number;
  /**
   * Calls back once, `delay` milliseconds from now (0 or more; a host may call later, never earlier).
   * Returns a function that cancels it. The engine keeps at most one timer a flow.
   */
  setTimer(callback: () => void, delay: number): () => void;
}
