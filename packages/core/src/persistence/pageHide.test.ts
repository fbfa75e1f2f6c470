import { flushMicrotasks } from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { createSendingFlow } from '../../test/testFlow.ts';
import type { MessageStorage, StorageWrite } from '../ports/storage.ts';
import { createMemoryStorage } from '../storage/index.ts';

/** A storage whose writes the test ends, and a page that the test hides. */
function createSlowStorage() {
  const inner = createMemoryStorage();
  const writes: StorageWrite[] = [];
  const listeners = new Set<() => void>();
  const ends: (() => void)[] = [];
  const storage: MessageStorage = {
    ...inner,
    async write(conversation, changes) {
      writes.push(changes);
      await new Promise<void>((resolve) => ends.push(resolve));
      await inner.write(conversation, changes);
    },
    onPageHide(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  return {
    storage,
    listeners,
    hidePage: () => listeners.forEach((listener) => listener()),
    async endWrites() {
      for (const end of ends.splice(0)) end();
      await flushMicrotasks();
    },
    written: () => writes.map(({ put }) => put.map(({ body }) => body)),
  };
}

describe('a page that is hidden while a write runs', () => {
  it('B380 a page that is hidden during a write writes the messages that were sent since, at once', async () => {
    const { storage, hidePage, written } = createSlowStorage();
    const { flow } = await createSendingFlow({ storage });
    flow.sendMessage('first');
    flow.sendMessage('second');
    expect(written()).toEqual([['first']]);
    hidePage();
    expect(written()).toEqual([['first'], ['second']]);
  });

  it('B380 a page that continues after it was hidden repeats its last write, since that may have failed', async () => {
    const { storage, hidePage, endWrites, written, listeners } = createSlowStorage();
    const { flow } = await createSendingFlow({ storage });
    flow.sendMessage('first');
    flow.sendMessage('second');
    hidePage();
    await endWrites();
    expect(written()[2]).toContain('second');
    await endWrites();
    await endWrites();
    expect(listeners.size).toBe(0);
  });

  it('B380 a page that is hidden writes nothing when nothing waits', async () => {
    const { storage, hidePage, written } = createSlowStorage();
    const { flow } = await createSendingFlow({ storage });
    flow.sendMessage('first');
    hidePage();
    expect(written()).toEqual([['first']]);
  });
});
