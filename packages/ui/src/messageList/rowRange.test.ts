import type { MessageOrder } from '@imflow/react';
import { describe, expect, it } from 'vitest';
import { createRowHeights } from './rowHeights.ts';
import { isJump, type Pace, type RowRange, rowRange } from './rowRange.ts';

const LENGTH = 1_000;
const HEIGHT = 50;

/** Rows of 50 px, seen through 500 px. */
const heights = createRowHeights();
heights.follow(Array.from({ length: LENGTH }, (_, index) => `m${index}`) as MessageOrder);
for (let index = 0; index < LENGTH; index += 1) heights.set(index, HEIGHT);

function range(top: number, before: RowRange, pace: Pace): readonly [number, number] {
  const { from, to } = rowRange(heights, LENGTH, { top, height: 500 }, before, pace);
  return [from, to];
}

const NONE = { from: 0, to: 0 };

describe('which rows are in the document', () => {
  it('after a jump, those in view and hardly more; at rest, as many on both sides', () => {
    expect(range(10_000, NONE, 'jumps')).toEqual([198, 212]);
    expect(range(10_000, { from: 198, to: 212 }, 'jumps')).toEqual([198, 212]);
    expect(range(10_000, { from: 198, to: 212 }, 'rests')).toEqual([192, 218]);
    expect(range(10_020, { from: 192, to: 218 }, 'rests')).toEqual([192, 219]);
  });

  it('B123 on the way, no others until one of them would soon be missing, or too many are there', () => {
    const before = { from: 192, to: 218 };
    for (const top of [9_800, 9_900, 10_100, 10_200]) expect(range(top, before, 'moves')).toEqual([192, 218]);
    expect(range(9_750, before, 'moves')).toEqual([187, 213]);
    expect(range(10_250, before, 'moves')).toEqual([197, 223]);
    expect(range(10_000, { from: 180, to: 218 }, 'moves')).toEqual([192, 218]);
  });

  it('at both ends no more than there are, and none of none', () => {
    expect(range(0, NONE, 'rests')).toEqual([0, 18]);
    expect(range(49_500, NONE, 'rests')).toEqual([982, 1_000]);
    expect(range(60_000, NONE, 'jumps')).toEqual([999, 1_000]);
    expect(rowRange(createRowHeights(), 0, { top: 0, height: 500 }, NONE, 'rests')).toEqual({ from: 0, to: 0 });
  });

  it('a jump leaves nothing of what was in view', () => {
    const before = { from: 192, to: 218 };
    const jumps = (top: number): boolean => isJump(heights, LENGTH, { top, height: 500 }, before);
    expect([9_000, 9_150, 10_850, 10_900].map(jumps)).toEqual([true, false, false, true]);
  });
});
