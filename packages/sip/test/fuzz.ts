import * as fc from 'fast-check';

/** Cases for each property. `packages/sip/test/fuzz.mjs` sets 100 000. */
export const runs = Number(process.env['SIP_FUZZ_RUNS'] ?? 2_000);
export const fuzzTimeout = 30_000 + runs * 10;

/** A valid document with a few characters replaced, removed, doubled or inserted. */
export function damaged(documents: readonly string[]): fc.Arbitrary<string> {
  const cut = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.integer({ min: 0, max: 12 }),
    insert: fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom(
        '<',
        '>',
        '&',
        ';',
        ':',
        '\r\n',
        '\n\n',
        '\0',
        '<!DOCTYPE a>',
        '&a;',
        '<![CDATA[',
        ']]>',
        '<!--',
        '\uD800',
      ),
    ),
  });
  return fc
    .tuple(fc.constantFrom(...documents), fc.array(cut, { minLength: 1, maxLength: 6 }))
    .map(([document, cuts]) =>
      cuts.reduce((text, { at, length, insert }) => {
        const start = Math.floor(at * text.length);
        return text.slice(0, start) + insert + text.slice(start + length);
      }, document),
    );
}
