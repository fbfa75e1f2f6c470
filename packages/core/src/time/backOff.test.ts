import { describe, expect, it } from 'vitest';
import { backOff, FIRST_BACK_OFF, MAX_BACK_OFF } from './backOff.ts';

describe('back-off', () => {
  it.each([
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [6, 32_000],
    [7, 60_000],
    [1_000, 60_000],
    [10_000, 60_000],
  ])('B115 the back-off after %i failures is at most %i ms, and at least half of it', (failures, longest) => {
    expect(backOff(failures, 0)).toBe(longest / 2);
    expect(backOff(failures, 0.5)).toBe(longest * 0.75);
    expect(backOff(failures, 1 - Number.EPSILON)).toBeLessThanOrEqual(longest);
  });

  it('B115 the back-off begins and ends at its limits', () => {
    expect([FIRST_BACK_OFF, MAX_BACK_OFF]).toEqual([1_000, 60_000]);
  });
});
