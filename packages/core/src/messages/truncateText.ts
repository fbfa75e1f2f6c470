/** The longest user-perceived character that is kept whole, in UTF-16 units; a longer one is cut. */
const MAX_CHARACTER_LENGTH = 64;

/**
 * Returns the beginning of a text, of at most `maxLength` UTF-16 units. It ends between two characters as a person sees
 * them (UAX 29), never within an emoji or before an accent.
 */
export function truncateText(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : text.slice(0, boundaryBefore(text, maxLength));
}

function boundaryBefore(text: string, end: number): number {
  const from = Math.max(0, end - MAX_CHARACTER_LENGTH);
  const start = characterStart(text.slice(from, end + MAX_CHARACTER_LENGTH), end - from) + from;
  if (start > from || from === 0) return start;
  // Not between the two halves of a pair.
  return isLowSurrogate(text, end) ? end - 1 : end;
}

/** Returns where the character that covers a position begins. Without `Intl.Segmenter`, characters are code points. */
function characterStart(text: string, position: number): number {
  if (typeof Intl !== 'undefined' && typeof Intl.Segmenter === 'function') {
    return new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text).containing(position)?.index ?? position;
  }
  return isLowSurrogate(text, position) ? position - 1 : position;
}

function isLowSurrogate(text: string, position: number): boolean {
  const unit = text.charCodeAt(position);
  return unit >= 0xdc00 && unit <= 0xdfff && position > 0;
}
