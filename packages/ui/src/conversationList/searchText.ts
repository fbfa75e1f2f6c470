/** Compares a search text with names and addresses. */

/** Combining marks, such as accents, in a decomposed text. */
const MARKS = /\p{M}/gu;

/** A text as a search compares it: without capitals, accents and differences of width (Unicode, form NFKD). */
function fold(text: string, locale: string): string {
  return text.normalize('NFKD').replaceAll(MARKS, '').toLocaleLowerCase(locale);
}

/** Whether each word of the search is in one of the texts. An empty search matches every text. */
export function matches(query: string, texts: readonly string[], locale: string): boolean {
  const text = fold(texts.join('\n'), locale);
  return fold(query, locale)
    .split(/\s+/)
    .every((word) => text.includes(word));
}
