/** The result of a codec. */

/** The result of a codec. Codecs never throw: they return a `problem`, a sentence. */
export type Decoded<T> = { readonly value: T } | { readonly problem: string };

export function problem(text: string): { readonly problem: string } {
  return { problem: text };
}
