import { describe, expect, it } from 'vitest';
import { EMPTY_SIZES, withOrder, withSizes } from './sizeCache.ts';
import { isJump, type RowRange, type ScrollPhase, visibleRange } from './visibleRange.ts';

const LENGTH = 1_000;
const SIZE = 50;

/** Rows of 50 px, in a view of 500 px. */
const ids = Array.from({ length: LENGTH }, (_, index) => `m${index}`);
const sizes = withSizes(
  withOrder(EMPTY_SIZES, ids),
  ids.map((id) => [id, SIZE] as const),
);

function range(top: number, before: RowRange, phase: ScrollPhase): readonly [number, number] {
  const { from, to } = visibleRange(sizes, { top, height: 500 }, before, phase);
  return [from, to];
}

const NONE = { from: 0, to: 0 };

describe('the rendered range', () => {
  it('the rendered range is hardly more than the view after a jump, and extends equally on both sides when the list is idle', () => {
    expect(range(10_000, NONE, 'jump')).toEqual([198, 212]);
    expect(range(10_000, { from: 198, to: 212 }, 'jump')).toEqual([198, 212]);
    expect(range(10_000, { from: 198, to: 212 }, 'idle')).toEqual([192, 218]);
    expect(range(10_020, { from: 192, to: 218 }, 'idle')).toEqual([192, 219]);
  });

  it('B123 the rendered range stays the same while scrolling until a row would soon be missing, or too many are rendered', () => {
    const before = { from: 192, to: 218 };
    for (const top of [9_800, 9_900, 10_100, 10_200]) expect(range(top, before, 'scroll')).toEqual([192, 218]);
    expect(range(9_750, before, 'scroll')).toEqual([187, 213]);
    expect(range(10_250, before, 'scroll')).toEqual([197, 223]);
    expect(range(10_000, { from: 180, to: 218 }, 'scroll')).toEqual([192, 218]);
  });

  it('the rendered range ends where the list ends, and is empty for an empty list', () => {
    expect(range(0, NONE, 'idle')).toEqual([0, 18]);
    expect(range(49_500, NONE, 'idle')).toEqual([982, 1_000]);
    expect(range(60_000, NONE, 'jump')).toEqual([999, 1_000]);
    expect(visibleRange(EMPTY_SIZES, { top: 0, height: 500 }, NONE, 'idle')).toEqual({ from: 0, to: 0 });
  });

  it('the rendered range after a jump contains none of the previous rows', () => {
    const before = { from: 192, to: 218 };
    const jumps = (top: number): boolean => isJump(sizes, { top, height: 500 }, before);
    expect([9_000, 9_150, 10_850, 10_900].map(jumps)).toEqual([true, false, false, true]);
  });
});
