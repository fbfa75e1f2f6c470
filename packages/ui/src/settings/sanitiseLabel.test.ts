import { describe, expect, it } from 'vitest';
import { sanitiseLabel } from './sanitiseLabel.ts';

describe('sanitising a name', () => {
  it.each([
    ['Ana', 'Ana'],
    ['Zoë 🧑🏽‍🚀', 'Zoë 🧑🏽‍🚀'],
    ['\u202Eana\u202C', 'ana'],
    ['\u2066a\u2067b\u2068c\u2069', 'abc'],
    ['a\u061Cb', 'ab'],
    ['a\nb\u2028c\u0000d', 'abcd'],
    ['שלום', 'שלום'],
    [undefined as never, ''],
    [{} as never, ''],
  ])('B128 the name %j is shown as %j', (text, shown) => {
    expect(sanitiseLabel(text)).toBe(shown);
  });

  it('B128 a name is shortened to a readable length', () => {
    expect(sanitiseLabel('x'.repeat(1_000_000))).toBe(`${'x'.repeat(200)}…`);
  });
});
