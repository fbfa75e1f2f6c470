/**
 * Characters that a comparison of texts ignores: marks that are used with any script, such as accents, vowel points of
 * Hebrew and Arabic, and invisible characters. Vowel signs of other scripts, such as Devanagari and Thai, are letters.
 */
const IGNORED =
  /[\p{Script=Inherited}\p{Default_Ignorable_Code_Point}\u0591-\u05BD\u05BF\u05C1-\u05C7\u0610-\u061A\u0640]/gu;
const ASCII = /^[\u0020-\u007E]*$/;

/**
 * Returns a text in the form in which searches compare it: without case, accents and the width of characters. Two texts
 * with the same form match.
 */
export function foldText(text: string): string {
  if (ASCII.test(text)) return text.toUpperCase();
  // Upper case does not depend on the neighbours of a letter, as lower case does (final sigma).
  return text.normalize('NFKD').replaceAll(IGNORED, '').toUpperCase().normalize('NFC').replaceAll(/\s/g, ' ');
}
