/** Cuts long texts. */

import { truncateText } from '@imflow/react';

/** The longest text that is shown whole, in UTF-16 units. */
const CHARACTERS = 5_000;
/** The largest number of lines of a text that is shown whole. */
const LINES = 40;
/** The characters that end a line in a browser (UAX 14, classes BK, CR, LF and NL). */
const BREAK = /[\n\v\f\r\u0085\u2028\u2029]/g;

/**
 * Returns where the shown part of a text ends; `scale` multiplies its length. It is the end of the text if little would
 * be hidden, and never within a character.
 */
export function excerptEnd(text: string, scale: number): number {
  // Most texts are short, and of one line.
  if (text.length <= CHARACTERS && text.search(BREAK) < 0) return text.length;
  let end = Math.min(text.length, CHARACTERS * scale);
  let line = 0;
  for (const { index } of text.slice(0, end).matchAll(BREAK)) {
    line += 1;
    if (line === LINES * scale) end = index;
  }
  if (text.length - end < CHARACTERS / 10 && text.slice(end).split(BREAK).length <= LINES / 10) return text.length;
  return truncateText(text, end).length;
}

/** The beginning of a text, with "…" where it was cut. */
export function sliceText(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${truncateText(text, maxLength)}…`;
}
