/** Writes announcements into the live regions, at a rate that a screen reader can follow. */

import type { Politeness } from '../internal/announce.ts';

/** The shortest time between two polite sentences, in ms. */
const PAUSE = 1_000;
/** A region is emptied first and filled after this time, in ms, so that the same sentence is read again. */
const REFILL = 50;

/** Writes sentences into two live regions. */
export interface LiveRegionWriter {
  /** Announces a sentence at once. */
  readonly announce: (politeness: Politeness, sentence: string) => void;
  /** Requests the next polite sentence: at once, or after a pause since the last one. */
  readonly requestNext: () => void;
  /** Clears the polite region and its pending sentence, which may contain a text that was retracted. */
  readonly clearPolite: () => void;
  readonly stop: () => void;
}

/**
 * @param write fills the live region of one kind.
 * @param next returns the next sentence, if there is one.
 */
export function createLiveRegionWriter(
  write: (politeness: Politeness, sentence: string) => void,
  next: () => string | undefined,
): LiveRegionWriter {
  const timers: { polite?: Timer; assertive?: Timer; turn?: Timer } = {};

  function announce(politeness: Politeness, sentence: string): void {
    if (sentence === '') return;
    clearTimeout(timers[politeness]);
    write(politeness, '');
    timers[politeness] = setTimeout(write, REFILL, politeness, sentence);
  }

  function writeNext(): void {
    delete timers.turn;
    const sentence = next();
    if (sentence === undefined) return;
    announce('polite', sentence);
    timers.turn = setTimeout(writeNext, PAUSE);
  }

  return {
    announce,
    requestNext() {
      if (timers.turn === undefined) writeNext();
    },
    clearPolite() {
      clearTimeout(timers.polite);
      write('polite', '');
    },
    stop() {
      for (const timer of Object.values(timers)) clearTimeout(timer);
    },
  };
}

type Timer = ReturnType<typeof setTimeout>;
