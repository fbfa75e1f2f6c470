import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { secondsUntil, watchCountdown } from './countdown.ts';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

describe('a countdown', () => {
  it('B255 a countdown reports the remaining seconds at once and after each full second, with one timer for all', () => {
    const [one, two]: [number[], number[]] = [[], []];
    const stopOne = watchCountdown(Date.now() + 3_000, (seconds) => one.push(seconds));
    vi.advanceTimersByTime(500);
    const stopTwo = watchCountdown(Date.now() + 2_200, (seconds) => two.push(seconds));
    expect([one, two, vi.getTimerCount()]).toEqual([[3], [3], 1]);
    vi.advanceTimersByTime(300);
    expect([one.at(-1), two.at(-1)]).toEqual([3, 2]);
    vi.advanceTimersByTime(2_500);
    expect([one.at(-1), two.at(-1), vi.getTimerCount()]).toEqual([0, 0, 1]);
    stopOne();
    expect(vi.getTimerCount()).toBe(1);
    stopTwo();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('B255 a countdown never shows less than zero, nor more than the longest send delay', () => {
    expect([Date.now() - 5, Date.now() + 1, Date.now() + 1e9].map(secondsUntil)).toEqual([0, 1, 120]);
  });
});
