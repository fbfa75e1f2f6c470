import { describe, expect, it } from 'vitest';
import { excerptEnd } from './excerpt.ts';

describe('the part of a long text that is shown at once', () => {
  it.each([
    ['an empty text', '', 0],
    ['a short text', 'Hello', 5],
    ['a text that is just within the limit', 'x'.repeat(5_000), 5_000],
    ['a text whose rest is not worth a button', 'x'.repeat(5_499), 5_499],
    ['a text that is too long', 'x'.repeat(5_500), 5_000],
    ['a text of few lines', 'x\n'.repeat(42), 84],
    ['a text of too many lines', 'x\n'.repeat(43), 79],
    ['a text of a few long lines', `${'x'.repeat(4_000)}\n`.repeat(2), 5_000],
    ['emoji, each of two units', `x${'😀'.repeat(3_000)}`, 4_999],
  ])('the excerpt ends at the limits of length and lines, and never within a character: %s', (_, text, end) => {
    expect(excerptEnd(text, 1)).toBe(end);
  });

  it('the excerpt grows with the scale, up to the whole text', () => {
    const text = 'x'.repeat(1_000_000);
    expect([1, 10, 100, 1_000].map((scale) => excerptEnd(text, scale))).toEqual([5_000, 50_000, 500_000, 1_000_000]);
    expect(excerptEnd('x\n'.repeat(1_000), 10)).toBe(799);
  });
});
