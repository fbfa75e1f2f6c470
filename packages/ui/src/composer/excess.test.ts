import { describe, expect, it } from 'vitest';
import { excessOf } from './excess.ts';

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

describe('how much of a text is too much', () => {
  it.each([
    ['abc', 3, 0],
    ['abcd', 3, 1],
    ['äöü', 5, 1],
    ['äöü', 6, 0],
    ['漢字', 3, 1],
    ['a😀', 4, 2],
    ['a😀', 5, 0],
    ['😀😀', 1, 4],
    ['\uD83D', 2, 1],
    ['', 1, 0],
  ])('B237 the text %j, of which %i bytes are allowed, is %i characters too long', (text, maxBytes, excess) => {
    expect(excessOf(text, { maxLength: 100, maxBytes })).toBe(excess);
  });

  it('B237 the remainder of a text is within the limit, and one character more would exceed it', () => {
    const text = 'aé漢😀\uDC00z'.repeat(40);
    for (let maxBytes = 1; maxBytes < bytesOf(text); maxBytes += 7) {
      const left = text.slice(0, text.length - excessOf(text, { maxLength: 1_000, maxBytes }));
      expect(bytesOf(left)).toBeLessThanOrEqual(maxBytes);
      expect(bytesOf(left)).toBeGreaterThan(maxBytes - 4);
    }
  });

  it('B395 the excess of a text is measured as the network counts it', () => {
    const measure = (text: string): number => bytesOf(text.replaceAll('&', '&amp;'));
    expect(excessOf('a&b&', { maxLength: 100, maxBytes: 12, measure })).toBe(0);
    expect(excessOf('a&b&', { maxLength: 100, maxBytes: 11, measure })).toBe(1);
    expect(excessOf('a&b&', { maxLength: 100, maxBytes: 5, measure })).toBe(3);
  });

  it('B237 the stricter of two limits counts', () => {
    expect(excessOf('abcdef', { maxLength: 4, maxBytes: 5 })).toBe(2);
    expect(excessOf('abcdef', { maxLength: 5, maxBytes: 3 })).toBe(3);
  });
});
