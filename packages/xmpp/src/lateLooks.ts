/**
 * Reads the archive again some time after a session has begun: a server may archive what it held for an earlier session
 * only once it has given that up, be it one of this page, or of a page that was closed.
 */

import type { Clock } from '@imflow/core';

/** When the first one comes, in ms; the second one as long after the server has given up earlier sessions. */
const FIRST_LOOK = 10_000;
/** When one is tried again that has met an interruption, in ms. */
const RETRY = 1_000;

/** The looks of one session. */
export interface LateLooks {
  /**
   * Begins with a session; those of the session before it end.
   * @param from the position to read from; undefined where nothing is known of the archive.
   * @param heldFor how long the server may hold what came for earlier sessions, in ms.
   */
  begin(from: string | undefined, heldFor: number): void;
  stop(): void;
}

/** @param look reads the archive from a position; it rejects where that is not possible now. */
export function createLateLooks(clock: Clock, look: (from: string) => Promise<unknown>): LateLooks {
  let stops = new Set<() => void>();

  function stop(): void {
    for (const stopTimer of stops) stopTimer();
    stops = new Set();
  }

  function schedule(from: string, delay: number, current: Set<() => void>): void {
    const stopTimer = clock.setTimer(() => {
      current.delete(stopTimer);
      look(from).catch(() => {
        if (stops === current) schedule(from, RETRY, current);
      });
    }, delay);
    current.add(stopTimer);
  }

  return {
    begin(from, heldFor) {
      stop();
      if (from === undefined) return;
      for (const delay of [FIRST_LOOK, heldFor + FIRST_LOOK]) schedule(from, delay, stops);
    },
    stop,
  };
}
