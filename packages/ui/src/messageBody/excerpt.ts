/** A text is shown at once up to this many UTF-16 units, */
const CHARACTERS = 5_000;
/** and up to this many lines. */
const LINES = 40;

/**
 * Where the part of a text ends that is shown at once, or `scale` times as much. It is the whole text where what would
 * be left is not worth a button, and never the middle of a character.
 */
export function excerptEnd(text: string, scale: number): number {
  let end = Math.min(text.length, CHARACTERS * scale);
  let at = -1;
  for (let line = 0; line < LINES * scale; line += 1) {
    at = text.indexOf('\n', at + 1);
    if (at < 0 || at > end) break;
    if (line === LINES * scale - 1) end = at;
  }
  if (text.length - end < CHARACTERS / 10 && lines(text.slice(end)) < LINES / 10) return text.length;
  return isSurrogate(text.charCodeAt(end)) ? end - 1 : end;
}

function lines(text: string): number {
  return text.split('\n').length - 1;
}

/** The second half of a pair. */
function isSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
