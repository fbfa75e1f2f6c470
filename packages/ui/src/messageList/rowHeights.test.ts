import type { MessageOrder } from '@imflow/react';
import { describe, expect, it } from 'vitest';
import { createRowHeights } from './rowHeights.ts';

const order = (from: number, to: number): MessageOrder =>
  Array.from({ length: to - from }, (_, index) => `m${from + index}`) as MessageOrder;

/** Rows of which every third was seen, and what they should add up to. */
function seen(length: number) {
  const heights = createRowHeights();
  heights.follow(order(0, length));
  const plain = Array.from({ length }, () => 56);
  for (let index = 0; index < length; index += 3) {
    heights.set(index, 20 + (index % 50));
    plain[index] = 20 + (index % 50);
  }
  return { heights, plain };
}

function offsets(plain: readonly number[]): number[] {
  let sum = 0;
  return [0, ...plain.map((height) => (sum += height))];
}

describe('the heights of rows', () => {
  it.each([1, 2, 255, 256, 257, 1_000])('of %d rows, rows begin at the sums, and are found by them', (length) => {
    const { heights, plain } = seen(length);
    const expected = offsets(plain);
    expect(expected.map((_, index) => heights.offset(index))).toEqual(expected);
    for (const [index, height] of plain.entries()) {
      const start = expected[index] ?? 0;
      expect([heights.at(start), heights.at(start + height - 0.5)]).toEqual([index, index]);
    }
    expect([heights.at(-100), heights.at(1e9)]).toEqual([0, length - 1]);
  });

  it('keep what was seen when messages come at the end, in front, both, between, or go', () => {
    const known = (heights: ReturnType<typeof createRowHeights>, index: number): number =>
      heights.offset(index + 1) - heights.offset(index);
    for (const [next, moved] of [
      [order(0, 700), 0],
      [order(-300, 600), 300],
      [order(-300, 700), 300],
    ] as const) {
      const { heights, plain } = seen(600);
      heights.follow(next);
      const isAlike = plain.every((height, index) => known(heights, index + moved) === height);
      expect([isAlike, heights.offset(next.length)]).toEqual([
        true,
        plain.reduce((sum, height) => sum + height, 0) + (next.length - plain.length) * 56,
      ]);
    }
    const { heights, plain } = seen(600);
    heights.follow(['m0', 'new', ...order(5, 600)] as MessageOrder);
    expect([0, 1, 2, 596].map((index) => known(heights, index))).toEqual([plain[0], 56, plain[5], plain[599]]);
    expect(heights.offset(597)).toBe(offsets(plain)[600]! - plain.slice(1, 5).reduce((a, b) => a + b) + 56);
  });

  it('of rows that were not seen are the average of the first that were, in whole pixels', () => {
    const heights = createRowHeights();
    heights.follow(order(0, 1_000));
    for (let index = 0; index < 4; index += 1) heights.set(index, 41);
    expect(heights.learn()).toBe(false);
    heights.set(4, 43);
    expect(heights.learn()).toBe(true);
    expect(heights.offset(1_000)).toBe(4 * 41 + 43 + 995 * 41);
    heights.set(5, 500);
    expect(heights.learn()).toBe(false);
  });

  it('a row that is not displayed has none, and one that is not there changes nothing', () => {
    const { heights, plain } = seen(10);
    expect([heights.set(3, 0), heights.set(-1, 10), heights.set(10, 10), heights.set(3, plain[3] ?? 0)]).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(heights.offset(10)).toBe(offsets(plain)[10]);
  });
});
