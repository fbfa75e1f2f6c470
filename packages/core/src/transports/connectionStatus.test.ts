import { expect, it } from 'vitest';
import { createConnectionStatus } from './connectionStatus.ts';

it('a status calls all listeners once for each change', () => {
  const status = createConnectionStatus();
  const seen: string[] = [];
  const listener = (): void => void seen.push(status.get().state);
  const stop = status.subscribe(listener);
  status.subscribe(listener);
  status.set({ state: 'offline' });
  expect(seen).toEqual([]);
  status.set({ state: 'online' });
  status.set({ state: 'online' });
  expect(seen).toEqual(['online', 'online']);
  stop();
  stop();
  status.set({ state: 'offline' });
  expect(seen).toEqual(['online', 'online', 'offline']);
});

it('a status that is closed stays closed', () => {
  const status = createConnectionStatus();
  const seen: string[] = [];
  status.subscribe(() => seen.push(status.get().state));
  status.set({ state: 'closed' });
  status.set({ state: 'online' });
  expect(seen).toEqual(['closed']);
  expect(status.get()).toEqual({ state: 'closed' });
});
