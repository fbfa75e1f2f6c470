import { describe, expect, it } from 'vitest';
import { createHeights } from './heights.ts';

describe('heights of rows', () => {
  it.each([1, 2, 7, 8, 100])(
    'offsets are the sums of the heights of %d rows, and rows are found by offset, also after changes',
    (length) => {
      const plain: number[] = Array.from({ length }, (_, index) => (index % 3 === 0 ? 30 : 50));
      const heights = createHeights(length, 50, (index) => (index % 3 === 0 ? 30 : undefined));
      for (const index of [0, Math.floor(length / 2), length - 1]) {
        plain[index] = 40 + index;
        heights.set(index, 40 + index);
      }
      const offsets = plain.map((_, index) => plain.slice(0, index).reduce((sum, height) => sum + height, 0));
      expect(plain.map((_, index) => heights.offset(index))).toEqual(offsets);
      expect(plain.map((_, index) => heights.get(index))).toEqual(plain);
      expect(heights.total()).toBe(plain.reduce((sum, height) => sum + height, 0));
      for (const [index, offset] of offsets.entries()) {
        expect([heights.at(offset), heights.at(offset + 29)]).toEqual([index, index]);
      }
      expect(heights.at(heights.total() + 1_000)).toBe(length - 1);
    },
  );
});
