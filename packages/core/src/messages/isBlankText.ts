/**
 * Matches characters that are not drawn: white space, ignorable characters (Unicode's `Default_Ignorable_Code_Point`:
 * zero-width spaces, joiners, direction marks, variation selectors, tags, soft hyphens, Hangul fillers), controls, and
 * letters and symbols with an empty glyph: the blank Braille pattern, the null notehead, blank hieroglyphs, annotation
 * marks.
 */
const BLANK =
  /^[\s\p{Default_Ignorable_Code_Point}\p{Cc}\p{Z}\u2800\uFFF9-\uFFFB\u{1D159}\u{13430}-\u{1343F}\u{13441}-\u{13446}]*$/u;

/** Whether a text has no visible character. Such a text cannot be sent as a message. */
export function isBlankText(text: string): boolean {
  return BLANK.test(text);
}
