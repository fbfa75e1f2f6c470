import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createCursorWriter, type CursorWriter } from './cursorWriter.ts';
import type { Cursor } from './store/store.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const cursor = (user: string, position: number, conversation = 'c'): Cursor => ({
  user,
  device: 'd',
  conversation,
  position,
});

function setUp(fails = false): { writer: CursorWriter; saved: (readonly Cursor[])[]; failures: unknown[] } {
  const saved: (readonly Cursor[])[] = [];
  const failures: unknown[] = [];
  const store = {
    async saveCursors(cursors: readonly Cursor[]): Promise<void> {
      saved.push(cursors);
      if (fails) throw new Error('disk full');
    },
  };
  return { writer: createCursorWriter(store, (error) => failures.push(error)), saved, failures };
}

it('B326 the server saves a cursor that moves often once a second, at its furthest position', async () => {
  const { writer, saved } = setUp();
  for (const position of [1, 3, 2]) writer.save(cursor('ana', position));
  writer.save(cursor('bo', 7));
  await vi.advanceTimersByTimeAsync(999);
  expect(saved).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  await writer.flush();
  expect(saved).toEqual([[cursor('ana', 3), cursor('bo', 7)]]);
});

it('B326 the server saves the waiting cursors of a user before it reads them, and does not save those of others', async () => {
  const { writer, saved } = setUp();
  writer.save(cursor('ana', 1));
  await writer.settle('bo');
  expect(saved).toEqual([]);
  const first = writer.settle('ana');
  // It is under way, so that the second one waits for it as well.
  await writer.settle('ana');
  expect(saved).toEqual([[cursor('ana', 1)]]);
  await first;
});

it('B326 a failing store is reported, and the next cursors are saved again', async () => {
  const { writer, saved, failures } = setUp(true);
  writer.save(cursor('ana', 1));
  await writer.flush();
  expect(failures).toHaveLength(1);
  writer.save(cursor('ana', 2));
  await writer.flush();
  expect(saved).toHaveLength(2);
});
