/** The result of a codec. */

/** What a codec made of something from the wire. Codecs never throw: what they cannot read is a problem, in words. */
export type Decoded<T> = { readonly value: T } | { readonly problem: string };

export function problem(text: string): { readonly problem: string } {
  return { problem: text };
}
