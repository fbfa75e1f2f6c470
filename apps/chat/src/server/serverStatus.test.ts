import { expect, it } from 'vitest';
import { readServerStatus } from './serverStatus.ts';

it('the page reads the status of the server and ignores other responses at its address', () => {
  const status = { state: 'ready', addresses: ['http://192.168.1.5:5173/'] } as const;
  expect(readServerStatus(status)).toEqual(status);
  expect(readServerStatus({ state: 'starting', addresses: ['not an address', 5] })).toEqual({
    state: 'starting',
    addresses: [],
  });
  for (const other of [undefined, null, '<!doctype html>', { state: 'fine' }, []]) {
    expect(readServerStatus(other)).toBeUndefined();
  }
});
