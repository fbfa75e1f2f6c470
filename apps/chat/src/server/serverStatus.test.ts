import { expect, it } from 'vitest';
import { readServerStatus } from './serverStatus.ts';

it('reads what the server says of itself, and nothing else that answers at its address', () => {
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
