import { describe, expect, it } from 'vitest';
import { isBlankText } from './isBlankText.ts';

const character = (code: number): string => String.fromCodePoint(code);

/** Characters that are not drawn, or are drawn as empty space. */
const UNSEEN = [
  0x00, 0x07, 0x09, 0x0a, 0x20, 0x7f, 0x85, 0xa0, 0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x1680, 0x17b4, 0x17b5, 0x180b,
  0x180e, 0x180f, 0x2000, 0x2009, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202e, 0x202f,
  0x205f, 0x2060, 0x2061, 0x2064, 0x2065, 0x2066, 0x2069, 0x206a, 0x206f, 0x2800, 0x3000, 0x3164, 0xfe00, 0xfe0f,
  0xfeff, 0xffa0, 0xfff0, 0xfff9, 0xfffb, 0x13441, 0x1bca0, 0x1d159, 0x1d173, 0xe0001, 0xe0020, 0xe007f, 0xe0100,
  0xe01ef,
];

/** Texts that are visible alone, though some are similar to the characters above. */
const SEEN = [
  '.',
  '0',
  'ı',
  '·',
  '¨',
  '\u0301',
  '\u0600',
  '\u06DD',
  '\u08E2',
  '\u2801',
  '\u3163',
  '\uFFFC',
  '\uFFFD',
  '👍',
  '🏴',
];

describe('a blank text', () => {
  it.each(UNSEEN)('B165 a text that consists of the character %i is blank, alone or repeated', (code) => {
    expect(isBlankText(character(code))).toBe(true);
    expect(isBlankText(character(code).repeat(3))).toBe(true);
    expect(isBlankText(` ${character(code)}\n`)).toBe(true);
    expect(isBlankText(`${character(code)}a`)).toBe(false);
  });

  it('B165 the empty text is blank, and so is a text of all invisible characters', () => {
    expect(isBlankText('')).toBe(true);
    expect(isBlankText(UNSEEN.map(character).join(''))).toBe(true);
  });

  it.each(SEEN)('B165 the text %s is not blank', (text) => {
    expect(isBlankText(text)).toBe(false);
  });

  it('B165 the check for a blank text takes time in proportion to its length', () => {
    expect(isBlankText('\u200B'.repeat(1_000_000))).toBe(true);
    expect(isBlankText(`${'\u200B'.repeat(1_000_000)}a`)).toBe(false);
  });
});
