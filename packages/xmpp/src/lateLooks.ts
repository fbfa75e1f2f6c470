/**
 * Reads the archive again some time after a session has begun: a server may archive the messages that it held for an
 * earlier session, of this page or of a closed one, only once it has given up that session.
 */

import type { Clock } from '@imflow/core';

/**
 * The delay of the first reading, in ms; it doubles with each further one. The last one follows as long after the server
 * has given up earlier sessions.
 */
const FIRST_LOOK = 10_000;
/** The delay before an interrupted reading is repeated, in ms. */
const RETRY = 1_000;

/** The repeated readings of one session. */
export interface LateLooks {
  /**
   * Begins the readings of a session; those of the previous session end.
   * @param from the position to read from; undefined if the archive is unknown.
   * @param heldFor how long the server may hold the messages of earlier sessions, in ms.
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
      const last = heldFor + FIRST_LOOK;
      for (let delay = FIRST_LOOK; delay < last; delay *= 2) schedule(from, delay, stops);
      schedule(from, last, stops);
    },
    stop,
  };
}
