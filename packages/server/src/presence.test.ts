import { expect, it, onTestFinished, vi } from 'vitest';
import { createPresence, NODE_EXPIRY } from './presence.ts';

it('B310 a node counts as stopped after 30 s of silence, and not when the clock of the computer is set', () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const changed = vi.fn();
  const presence = createPresence(() => {}, changed);
  presence.receive({ node: 'other', type: 'present', users: ['bo'] });
  expect(changed).toHaveBeenLastCalledWith('bo', true);
  vi.setSystemTime(Date.now() + 3_600_000);
  presence.beat();
  expect(presence.isAvailable('bo')).toBe(true);
  vi.advanceTimersByTime(NODE_EXPIRY + 1);
  presence.beat();
  expect(changed).toHaveBeenLastCalledWith('bo', false);
});
