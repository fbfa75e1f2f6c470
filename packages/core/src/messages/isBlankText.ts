/**
 * White space and what is not drawn at all: ignorable characters (Unicode's `Default_Ignorable_Code_Point`: zero-width
 * spaces, joiners, direction marks, variation selectors, tags, soft hyphens, Hangul fillers), controls, and the few letters
 * and symbols whose picture is empty: the blank Braille pattern, the null notehead, blank hieroglyphs, annotation marks.
 */
const BLANK =
  /^[\s\p{Default_Ignorable_Code_Point}\p{Cc}\p{Z}\u2800\uFFF9-\uFFFB\u{1D159}\u{13430}-\u{1343F}\u{13441}-\u{13446}]*$/u;

/** Whether nothing of a text can be seen. Such a text is no message. */
export function isBlankText(text: string): boolean {
  return BLANK.test(text);
}
