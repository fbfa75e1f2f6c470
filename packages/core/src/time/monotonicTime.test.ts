import { createVirtualClock } from '@imflow/testing';
import { expect, it } from 'vitest';
import { createMonotonicTime } from './monotonicTime.ts';

const HOUR = 3_600_000;

it('B182 the monotonic time ignores a clock that is set forward or back', async () => {
  const clock = createVirtualClock();
  const now = createMonotonicTime(clock);
  const start = now();
  clock.setWallClock(clock.now() + HOUR);
  await clock.advance(10);
  clock.setWallClock(clock.now() - 2 * HOUR);
  await clock.advance(10);
  expect(now() - start).toBe(20);
});

it('B182 without a monotonic source, a clock that is set back stands still and then continues', () => {
  let wall = 5 * HOUR;
  const now = createMonotonicTime({ now: () => wall, setTimer: () => () => undefined });
  const start = now();
  wall -= HOUR;
  expect(now() - start).toBe(0);
  wall += 10;
  expect(now() - start).toBe(10);
});
