import { expect, it } from 'vitest';
import { createAckTracker } from './ackTracker.ts';

it('B284 a position is acknowledged once everything up to it is stored, in whatever order that happens', () => {
  const tracker = createAckTracker();
  expect(tracker.track(3, ['a', 'b'])).toBeUndefined();
  expect(tracker.track(5, ['c'])).toBeUndefined();
  expect(tracker.acknowledge('c')).toBeUndefined();
  expect(tracker.acknowledge('a')).toBeUndefined();
  expect(tracker.acknowledge('b')).toBe(5);
  expect(tracker.track(6, [])).toBe(6);
});

it('B284 one key in two frames is stored for both, and a position never goes back', () => {
  const tracker = createAckTracker();
  tracker.track(2, ['a']);
  tracker.track(2, ['a']);
  expect(tracker.acknowledge('a')).toBe(2);
  expect(tracker.track(2, [])).toBeUndefined();
  expect(tracker.acknowledge('unknown')).toBeUndefined();
});
