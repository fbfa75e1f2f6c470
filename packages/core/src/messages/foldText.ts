/**
 * What is left out of a text that is compared: marks that are used with any script, such as accents, vowel points of
 * Hebrew and Arabic, and characters that nobody sees. Vowel signs of other scripts, such as Devanagari and Thai, are
 * letters.
 */
const IGNORED =
  /[\p{Script=Inherited}\p{Default_Ignorable_Code_Point}\u0591-\u05BD\u05BF\u05C1-\u05C7\u0610-\u061A\u0640]/gu;
const ASCII = /^[\u0020-\u007E]*$/;

/**
 * A text as it is compared in a search: without case, accents and the width of characters. Two texts that fold alike
 * match.
 */
export function foldText(text: string): string {
  if (ASCII.test(text)) return text.toUpperCase();
  // Upper case does not depend on what stands around a letter, as lower case does (final sigma).
  return text.normalize('NFKD').replaceAll(IGNORED, '').toUpperCase().normalize('NFC').replaceAll(/\s/g, ' ');
}
