/** A custom property of the kit, as its style sheet has it. */
export interface Token {
  readonly name: string;
  /** The meaning of the property. */
  readonly meaning: string;
  /** Its default: one value, or one for each colour scheme. */
  readonly values: readonly string[];
}

const DECLARATION = /(?:\/\*\* ([^*]*) \*\/\s*)?(--imflow-[a-z-]+):\s*([^;]*);/g;
const PAIR = /^var\(--imflow-light, (.+)\) var\(--imflow-dark, (.+)\)$/;

/**
 * The custom properties that a style sheet declares, in their order. One without a comment before it has no meaning.
 */
export function readTokens(css: string): Token[] {
  return Array.from(css.matchAll(DECLARATION), ([, meaning = '', name = '', value = '']) => ({
    name,
    meaning,
    values: PAIR.exec(value)?.slice(1) ?? [value],
  }));
}
