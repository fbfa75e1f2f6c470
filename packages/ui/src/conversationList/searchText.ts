/** Compares a search text with names and addresses. */

/** Marks on letters, such as accents, once they have been taken apart. */
const MARKS = /\p{M}/gu;

/** A text as a search compares it: without capitals, accents and differences of width (Unicode, form NFKD). */
function fold(text: string, locale: string): string {
  return text.normalize('NFKD').replaceAll(MARKS, '').toLocaleLowerCase(locale);
}

/** Whether each word that is looked for is somewhere in one of the texts. Nothing looked for is in all of them. */
export function matches(query: string, texts: readonly string[], locale: string): boolean {
  const text = fold(texts.join('\n'), locale);
  return fold(query, locale)
    .split(/\s+/)
    .every((word) => text.includes(word));
}
