/** Sends acks of positions, one for all positions that a conversation reaches within a short time. */

import type { Clock } from '@imflow/core';

/** How long a position waits for further ones, in ms. */
const MAX_DELAY = 100;

/** Positions to acknowledge. */
export interface AckBatch {
  /** The device has everything up to this position. */
  add(remote: string, position: number): void;
  /** Sends the waiting acks at once. */
  flush(): void;
  /** Clears the queue when the socket has closed; unacknowledged entries are sent again. */
  clear(): void;
}

export function createAckBatch(clock: Clock, send: (remote: string, position: number) => void): AckBatch {
  const waiting = new Map<string, number>();
  let stopTimer: (() => void) | undefined;

  function clear(): void {
    stopTimer?.();
    stopTimer = undefined;
    waiting.clear();
  }

  function flush(): void {
    const positions = Array.from(waiting);
    clear();
    for (const [remote, position] of positions) send(remote, position);
  }

  return {
    add(remote, position) {
      waiting.set(remote, position);
      stopTimer ??= clock.setTimer(flush, MAX_DELAY);
    },
    flush,
    clear,
  };
}
