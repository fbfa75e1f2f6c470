import type { MessageStorage } from '@imflow/core';
import { describe, expect, it } from 'vitest';
import { createFaultyStorage, type StorageFault } from './faultyStorage.ts';
import { createVirtualClock } from './virtualClock.ts';

/** A storage that records its calls. */
function createNotes(): MessageStorage & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    async open(conversation, limit) {
      asked.push(`open ${conversation} ${limit}`);
      return { records: [], outbox: [], meta: undefined, hasOlder: false };
    },
    async loadBefore(conversation, { order, id }, limit) {
      asked.push(`loadBefore ${conversation} ${order} ${id} ${limit}`);
      return { records: [], hasOlder: false };
    },
    async find(conversation, messageIds) {
      asked.push(`find ${conversation} ${messageIds.join()}`);
      return [];
    },
    async write(conversation) {
      asked.push(`write ${conversation}`);
    },
  };
}

const nothing = { put: [], remove: [] };

describe('faulty storage', () => {
  it('the faulty storage forwards calls that the plan does not name, and lists all calls', async () => {
    const inner = createNotes();
    const storage = createFaultyStorage(inner, () => undefined);
    await storage.open('c', 1);
    await storage.loadBefore('c', { order: 2, id: 'm' }, 3);
    await storage.find('d', ['m']);
    await storage.write('c', nothing);
    await storage.write('c', nothing);
    expect(inner.asked).toEqual(['open c 1', 'loadBefore c 2 m 3', 'find d m', 'write c', 'write c']);
    expect(storage.calls.map(({ method, conversation, nth }) => `${method} ${conversation} ${nth}`)).toEqual([
      'open c 1',
      'loadBefore c 1',
      'find d 1',
      'write c 1',
      'write c 2',
    ]);
  });

  it('the faulty storage fails the calls that the plan names, before or after the work', async () => {
    const inner = createNotes();
    const faults: (StorageFault | undefined)[] = [
      { type: 'fail', error: new Error('no') },
      { type: 'fail-after', error: new Error('too late') },
      undefined,
    ];
    const storage = createFaultyStorage(inner, ({ nth }) => faults[nth - 1]);
    await expect(storage.write('a', nothing)).rejects.toThrow('no');
    await expect(storage.write('b', nothing)).rejects.toThrow('too late');
    await storage.write('c', nothing);
    expect(inner.asked).toEqual(['write b', 'write c']);
  });

  it('the faulty storage hangs or delays the calls that the plan names', async () => {
    const inner = createNotes();
    const clock = createVirtualClock();
    const storage = createFaultyStorage(
      inner,
      ({ method }) => (method === 'open' ? { type: 'hang' } : { type: 'delay', ms: 100 }),
      { clock },
    );
    const settled: string[] = [];
    void storage.open('c', 1).finally(() => settled.push('open'));
    void storage.find('c', ['m']).finally(() => settled.push('find'));
    await clock.advance(99);
    expect(inner.asked).toEqual([]);
    await clock.advance(1);
    expect([inner.asked, settled]).toEqual([['find c m'], ['find']]);
    await clock.advance(1_000_000);
    expect(settled).toEqual(['find']);
  });

  it('a delay of the faulty storage requires a clock', () => {
    const storage = createFaultyStorage(createNotes(), () => ({ type: 'delay', ms: 1 }));
    expect(() => storage.find('c', ['m'])).toThrow('pass a clock');
  });
});
