/** Orders operations of clients that send no sequence. */

import type { Clock } from '@imflow/core';

/**
 * Orders the operations of clients that send no sequence, by their time and their order of arrival or in the archive.
 * Operations of the same second, the resolution of some servers, keep their order.
 */
export interface OperationOrder {
  /** The place of a live operation, or of one that the server had stored. @param at NaN: now. */
  live(at: number): number;
  /** The places of the entries of an archive page. @param times of the entries, oldest first; NaN where unknown. */
  ofPage(times: readonly number[], bounds: PageBounds): readonly number[];
}

/** The places between which a page of the archive lies. */
export interface PageBounds {
  /** The place of the entry before the page. Default: none is known. */
  readonly after?: number | undefined;
  /** The place of the entry after the page. Default: none is known, or the page is the newest one. */
  readonly before?: number | undefined;
  /**
   * How many entries after the page have the time of its last entry. Where an earlier session has read them, each has a
   * place of its own at that time or, a step for each, before it. Default: none, or it is not known.
   */
  readonly later?: number | undefined;
}

/** Between entries of the same time, in ms: 1,024 of them fit between two milliseconds, and times of day stay exact. */
const STEP = 1 / 1_024;

export function createOperationOrder(clock: Clock): OperationOrder {
  /** The latest place: later operations are newer, even if the clock of this device is behind that of the server. */
  let latest = 0;

  return {
    live(at) {
      latest = Math.max(Number.isNaN(at) ? clock.now() : at, latest + 1);
      return latest;
    },
    ofPage(times, { after = 0, before, later }) {
      let last = after;
      const rising = times.map((at) => {
        last = Math.max(Number.isNaN(at) ? 0 : at, last + STEP);
        return last;
      });
      const end = later === undefined ? Infinity : (times.at(-1) ?? Infinity) - (later - 1) * STEP;
      // The entry after the page may be of the same second as the last one of the page.
      let next = before ?? end;
      const places = rising.toReversed().map((place) => {
        next = Number.isNaN(next) ? place : Math.min(place, next - STEP);
        return next;
      });
      latest = Math.max(latest, places[0] ?? 0);
      return places.toReversed();
    },
  };
}
