import type { MessageStorage } from '@imflow/core';
import { createMemoryStorage } from '@imflow/core/storage';
import { describe, expect, it } from 'vitest';
import { recordLateReads } from './lateReads.ts';

const CONVERSATION = { records: [], hasOlder: false, outbox: [{ id: 'a' }, { id: 'b' }], meta: {} };

function setup(failures: number): { readonly open: MessageStorage['open']; readonly late: Set<string> } {
  let left = failures;
  const late = new Set<string>();
  const storage: MessageStorage = {
    ...createMemoryStorage(),
    open: () => {
      left -= 1;
      return left < 0 ? Promise.resolve(CONVERSATION) : Promise.reject(new Error('The disk is full.'));
    },
  };
  return { open: recordLateReads(storage, (id) => id === 'a', late).open, late };
}

describe('late reads', () => {
  it('there are no late reads while the storage can be read', async () => {
    const { open, late } = setup(0);
    await expect(open('bo', 20)).resolves.toBe(CONVERSATION);
    await open('bo', 20);
    expect(late).toEqual(new Set());
  });

  it('late reads are the waiting messages that a tab did not know when a read had failed', async () => {
    const { open, late } = setup(1);
    await expect(open('bo', 20)).rejects.toThrow('The disk is full.');
    expect(late).toEqual(new Set());
    await open('bo', 20);
    expect(late).toEqual(new Set(['b']));
  });
});
