/** Orders operations of clients that send no sequence. */

import type { Clock } from '@imflow/core';

/**
 * Orders the operations of clients that send no sequence, by their time and their order of arrival. Operations of the
 * same second, the resolution of some servers, keep their order.
 */
export interface OperationOrder {
  /** The place of one that came just now, or that the server had kept until now. @param at NaN: now. */
  live(at: number): number;
  /** For a part of the archive that is read from its beginning on: returns the place of each entry. */
  ofArchive(): (at: number) => number;
}

export function createOperationOrder(clock: Clock): OperationOrder {
  /** The latest place: what comes later is newer, even if the clock of this device is behind that of the server. */
  let latest = 0;

  return {
    live(at) {
      latest = Math.max(Number.isNaN(at) ? clock.now() : at, latest + 1);
      return latest;
    },
    ofArchive() {
      let last = 0;
      return (at) => {
        last = Math.max(Number.isNaN(at) ? 0 : at, last + 1);
        latest = Math.max(latest, last);
        return last;
      };
    },
  };
}
