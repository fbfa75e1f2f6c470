/** Writes announcements into the live regions, at a rate that a screen reader can follow. */

import type { Politeness } from '../internal/announce.ts';

/** At most one sentence that can wait in this time, in ms. */
const PAUSE = 1_000;
/** A region is emptied first and filled after this time, in ms, so that the same sentence is read again. */
const REFILL = 50;

/** Speaks through two live regions. */
export interface Speaker {
  /** Says a sentence at once. */
  readonly say: (politeness: Politeness, sentence: string) => void;
  /** Asks for the next sentence that can wait: at once, or after a pause behind the last one. */
  readonly soon: () => void;
  /** Takes out what can wait and was said or is about to be: it may hold a text that was retracted since. */
  readonly forget: () => void;
  readonly stop: () => void;
}

/**
 * @param write fills the live region of one kind.
 * @param next what to say in a turn, if anything.
 */
export function createSpeaker(
  write: (politeness: Politeness, sentence: string) => void,
  next: () => string | undefined,
): Speaker {
  const timers: { polite?: Timer; assertive?: Timer; turn?: Timer } = {};

  function say(politeness: Politeness, sentence: string): void {
    if (sentence === '') return;
    clearTimeout(timers[politeness]);
    write(politeness, '');
    timers[politeness] = setTimeout(write, REFILL, politeness, sentence);
  }

  function turn(): void {
    delete timers.turn;
    const sentence = next();
    if (sentence === undefined) return;
    say('polite', sentence);
    timers.turn = setTimeout(turn, PAUSE);
  }

  return {
    say,
    soon() {
      if (timers.turn === undefined) turn();
    },
    forget() {
      clearTimeout(timers.polite);
      write('polite', '');
    },
    stop() {
      for (const timer of Object.values(timers)) clearTimeout(timer);
    },
  };
}

type Timer = ReturnType<typeof setTimeout>;
