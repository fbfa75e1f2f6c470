import type { MessageOrder } from '@imflow/react';
import { describe, expect, it } from 'vitest';
import { EMPTY_SIZES, indexAt, offsetOf, type SizeCache, withOrder, withSizes } from './sizeCache.ts';

const order = (from: number, to: number): MessageOrder =>
  Array.from({ length: to - from }, (_, index) => `m${from + index}`) as MessageOrder;

/** Rows of which every third was measured, and the sizes that they should have. */
function measured(length: number) {
  const plain = Array.from({ length }, (_, index) => (index % 3 === 0 ? 20 + (index % 50) : 56));
  const sizes = plain.flatMap((size, index) => (index % 3 === 0 ? [[`m${index}`, size] as const] : []));
  const unlearned: SizeCache = { ...EMPTY_SIZES, isEstimateFinal: true };
  return { cache: withSizes(withOrder(unlearned, order(0, length)), sizes), plain };
}

function offsets(plain: readonly number[]): number[] {
  let sum = 0;
  return [0, ...plain.map((size) => (sum += size))];
}

const sizeIn = (cache: SizeCache, index: number): number => offsetOf(cache, index + 1) - offsetOf(cache, index);

describe('the size cache', () => {
  it.each([1, 2, 255, 256, 257, 1_000])(
    'the size cache of %d rows returns the offsets of rows, and finds rows by offset',
    (length) => {
      const { cache, plain } = measured(length);
      const expected = offsets(plain);
      expect(expected.map((_, index) => offsetOf(cache, index))).toEqual(expected);
      for (const [index, size] of plain.entries()) {
        const start = expected[index] ?? 0;
        expect([indexAt(cache, start), indexAt(cache, start + size - 0.5)]).toEqual([index, index]);
      }
      expect([indexAt(cache, -100), indexAt(cache, 1e9)]).toEqual([0, length - 1]);
    },
  );

  it('the size cache keeps measured sizes when messages are appended, prepended, both, inserted, or removed', () => {
    for (const [next, moved] of [
      [order(0, 700), 0],
      [order(-300, 600), 300],
      [order(-300, 700), 300],
    ] as const) {
      const { cache, plain } = measured(600);
      const after = withOrder(cache, next);
      const isAlike = plain.every((size, index) => sizeIn(after, index + moved) === size);
      expect([isAlike, offsetOf(after, next.length)]).toEqual([
        true,
        plain.reduce((sum, size) => sum + size, 0) + (next.length - plain.length) * 56,
      ]);
    }
    const { cache, plain } = measured(600);
    const after = withOrder(cache, ['m0', 'new', ...order(5, 600)] as MessageOrder);
    expect([0, 1, 2, 596].map((index) => sizeIn(after, index))).toEqual([plain[0], 56, plain[5], plain[599]]);
    expect(offsetOf(after, 597)).toBe(offsets(plain)[600]! - plain.slice(1, 5).reduce((a, b) => a + b) + 56);
  });

  it('the size cache estimates rows by the average of the first measured ones, in whole pixels', () => {
    const few = withSizes(
      withOrder(EMPTY_SIZES, order(0, 1_000)),
      [0, 1, 2, 3].map((index) => [`m${index}`, 41] as const),
    );
    expect(few.estimate).toBe(56);
    const enough = withSizes(few, [['m4', 43]]);
    expect(offsetOf(enough, 1_000)).toBe(4 * 41 + 43 + 995 * 41);
    expect(withSizes(enough, [['m5', 500]]).estimate).toBe(41);
  });

  it('the size cache accepts a row of size 0, which displays nothing', () => {
    const { cache, plain } = measured(10);
    const hidden = withSizes(cache, [['m3', 0]]);
    expect([sizeIn(hidden, 3), offsetOf(hidden, 10)]).toEqual([0, offsets(plain)[10]! - plain[3]!]);
    expect(indexAt(hidden, offsetOf(hidden, 3))).toBe(4);
  });

  it('the size cache returns the same cache for sizes that are unchanged, invalid, or of unknown messages', () => {
    const { cache, plain } = measured(10);
    const nothing = [
      ['m3', plain[3]!],
      ['m3', plain[3]! + 0.01],
      ['m4', Number.NaN],
      ['m4', -3],
      ['m4', Number.POSITIVE_INFINITY],
      ['nobody', 10],
    ] as const;
    for (const each of nothing) expect([each, withSizes(cache, [each]) === cache]).toEqual([each, true]);
  });

  it('the size cache never changes a cache that it returned before', () => {
    const { cache, plain } = measured(600);
    withSizes(cache, [['m3', 500]]);
    withOrder(cache, order(-10, 700));
    expect([offsetOf(cache, 600), cache.order.length]).toEqual([offsets(plain)[600], 600]);
  });
});
