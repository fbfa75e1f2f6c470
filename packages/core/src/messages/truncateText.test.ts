import { afterEach, describe, expect, it, vi } from 'vitest';
import { truncateText } from './truncateText.ts';

const FAMILY = '👩‍👩‍👧';

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('truncating a text', () => {
  it('B382 a short text is returned unchanged', () => {
    for (const text of ['', 'abc', FAMILY]) expect(truncateText(text, 8)).toBe(text);
  });

  it.each([
    ['an emoji of two units', 'ab😀', 3, 'ab'],
    ['a family', `ab${FAMILY}`, 6, 'ab'],
    ['a flag', 'ab🇩🇪🇫🇷', 8, 'ab🇩🇪'],
    ['a skin tone', 'ab👍🏽c', 4, 'ab'],
    ['an accent', 'abe\u0301', 3, 'ab'],
    ['a line break of two', 'ab\r\nc', 3, 'ab'],
    ['a Hangul syllable of three letters', 'ab\u1112\u1161\u11ABc', 4, 'ab'],
  ])('B382 a truncated text is never cut within %s', (_what, text, length, expected) => {
    expect(truncateText(text, length)).toBe(expected);
  });

  it('B382 a long text is cut between two characters', () => {
    expect(truncateText('😀'.repeat(200), 201)).toBe('😀'.repeat(100));
    expect(truncateText(FAMILY.repeat(100), 100)).toBe(FAMILY.repeat(12));
  });

  it('B382 a character of unlimited length is cut, but never inside a surrogate pair', () => {
    expect(truncateText(`a${'\u0301'.repeat(500)}`, 200)).toHaveLength(200);
    expect(truncateText(`a${'\u{1F3FD}'.repeat(500)}`, 200)).toHaveLength(199);
  });

  it('B382 surrogate pairs stay whole in a browser without a segmenter', () => {
    vi.stubGlobal('Intl', {});
    expect(truncateText('ab😀', 3)).toBe('ab');
    expect(truncateText('abcd', 3)).toBe('abc');
  });
});
