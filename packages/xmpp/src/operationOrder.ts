/** Orders operations of clients that send no sequence. */

import type { Clock } from '@imflow/core';

/**
 * Orders the operations of clients that send no sequence, by their time and their order of arrival or in the archive.
 * Operations of the same second, the resolution of some servers, keep their order.
 */
export interface OperationOrder {
  /** The place of one that came just now, or that the server had kept until now. @param at NaN: now. */
  live(at: number): number;
  /** The places of the entries of an archive page. @param times of the entries, oldest first; NaN where unknown. */
  ofPage(times: readonly number[], bounds: PageBounds): readonly number[];
}

/** The places between which a page of the archive lies. */
export interface PageBounds {
  /** The place of the entry before the page. Default: none is known. */
  readonly after?: number | undefined;
  /**
   * The place of the entry after the page; `unknown` where there is one of which the place is not known. Default: the
   * page is the newest one.
   */
  readonly before?: number | 'unknown' | undefined;
}

/** Between entries of the same time, in ms: 1,024 of them fit between two milliseconds, and times of day keep exact. */
const STEP = 1 / 1_024;

/** Below its time, where a page begins whose newer neighbours were read by an earlier session, in ms. */
const UNKNOWN_GAP = 0.5;

export function createOperationOrder(clock: Clock): OperationOrder {
  /** The latest place: what comes later is newer, even if the clock of this device is behind that of the server. */
  let latest = 0;

  return {
    live(at) {
      latest = Math.max(Number.isNaN(at) ? clock.now() : at, latest + 1);
      return latest;
    },
    ofPage(times, { after = 0, before = Infinity }) {
      let last = after;
      const rising = times.map((at) => {
        last = Math.max(Number.isNaN(at) ? 0 : at, last + STEP);
        return last;
      });
      // The entry after the page may be of the same second as the last one of the page.
      let next = before === 'unknown' ? (times.at(-1) ?? Infinity) - UNKNOWN_GAP : before;
      const places = rising.toReversed().map((place) => {
        next = Number.isNaN(next) ? place : Math.min(place, next - STEP);
        return next;
      });
      latest = Math.max(latest, places[0] ?? 0);
      return places.toReversed();
    },
  };
}
