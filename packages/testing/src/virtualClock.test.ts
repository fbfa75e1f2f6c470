import { describe, expect, it } from 'vitest';
import { createVirtualClock } from './virtualClock.ts';

describe('virtual clock', () => {
  it('the virtual clock runs timers in the order of their deadlines, each at its own time', async () => {
    const clock = createVirtualClock({ now: 100 });
    const log: string[] = [];
    const note = (name: string) => () => log.push(`${name}@${clock.now()}`);
    clock.setTimer(note('b'), 20);
    clock.setTimer(note('a'), 10);
    clock.setTimer(note('b2'), 20);
    clock.setTimer(note('late'), 31);
    await clock.advance(30);
    expect(log).toEqual(['a@110', 'b@120', 'b2@120']);
    expect(clock.now()).toBe(130);
    expect(clock.pending).toBe(1);
  });

  it('the virtual clock runs timers that timers set, within the same advance', () => {
    const clock = createVirtualClock({ now: 0 });
    const timestamps: number[] = [];
    const again = (): void => {
      timestamps.push(clock.now());
      if (timestamps.length < 3) clock.setTimer(again, 5);
    };
    clock.setTimer(again, 5);
    clock.advanceSync(100);
    expect(timestamps).toEqual([5, 10, 15]);
    expect(clock.now()).toBe(100);
  });

  it('the virtual clock runs promise jobs between two timers', async () => {
    const clock = createVirtualClock();
    const log: string[] = [];
    clock.setTimer(() => void Promise.resolve().then(async () => log.push('job of a')), 1);
    clock.setTimer(() => log.push('b'), 2);
    await clock.advance(2);
    expect(log).toEqual(['job of a', 'b']);
  });

  it('the virtual clock runs a timer that a promise job sets during the advance', async () => {
    const clock = createVirtualClock({ now: 0 });
    const timestamps: number[] = [];
    void Promise.resolve().then(() => clock.setTimer(() => timestamps.push(clock.now()), 7));
    await clock.advanceTo(7);
    expect(timestamps).toEqual([7]);
  });

  it('the virtual clock drops a cancelled timer', async () => {
    const clock = createVirtualClock();
    let ran = 0;
    const cancel = clock.setTimer(() => (ran += 1), 1);
    cancel();
    cancel();
    expect(clock.pending).toBe(0);
    await clock.advance(10);
    expect(ran).toBe(0);
  });

  it('the virtual clock runs late timers at once after a sleep', async () => {
    const clock = createVirtualClock({ now: 0 });
    const timestamps: number[] = [];
    clock.setTimer(() => timestamps.push(clock.now()), 1_000);
    clock.setTimer(() => timestamps.push(clock.now()), 2_000);
    await clock.sleep(60_000);
    expect(timestamps).toEqual([60_000, 60_000]);
  });

  it('the virtual clock refuses invalid delays and durations', async () => {
    const clock = createVirtualClock();
    expect(() => clock.setTimer(() => {}, -1)).toThrow(RangeError);
    expect(() => clock.setTimer(() => {}, Number.NaN)).toThrow(RangeError);
    expect(() => clock.advanceSync(-1)).toThrow(RangeError);
    await expect(clock.advance(Infinity)).rejects.toThrow(RangeError);
  });
});
