import { expect, it } from 'vitest';
import { createReads } from './reads.ts';
import { createMemoryStore } from './store/memoryStore.ts';
import type { Stretch } from './store/store.ts';

/** The numbers of stretches that each statement read. */
async function read(stretches: readonly Omit<Stretch, 'conversation'>[]): Promise<readonly number[]> {
  const memory = createMemoryStore();
  const statements: number[] = [];
  const reads = createReads(
    {
      ...memory,
      entriesAfter(of, limit) {
        statements.push(of.length);
        return memory.entriesAfter(of, limit);
      },
    },
    () => 1,
  );
  await Promise.all(stretches.map((stretch) => reads.entriesAfter({ conversation: 'c', ...stretch })));
  return statements;
}

it('B409 one statement reads the hints for many conversations at once, since each is about few entries', async () => {
  expect(await read(Array.from({ length: 300 }, () => ({ position: 7, upTo: 8 })))).toEqual([300]);
});

it('B409 no statement reads more than 2,000 entries, however long the logs are that are read at once', async () => {
  expect(await read(Array.from({ length: 45 }, () => ({ position: 0, upTo: 1_000_000 })))).toEqual([20, 20, 5]);
});
