import { describe, expect, it } from 'vitest';
import { createSendingFlow } from '../../test/testFlow.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import type { MessageStorage } from '../ports/storage.ts';
import { createMemoryStorage } from '../storage/index.ts';

const KEY = JSON.stringify(['ana', 'bo']);

function incoming(id: string, order: number, body: string): MessageRecord {
  return {
    id,
    messageId: id,
    direction: 'incoming',
    sender: 'bo',
    contentType: 'text/plain',
    body,
    order,
    at: 1,
    status: 'delivered',
    attempts: 0,
    timestamps: { delivered: 1 },
    deliveryFailures: [],
    isContentTypeSupported: true,
  };
}

async function stored(changes: Partial<MessageStorage> = {}): Promise<MessageStorage> {
  const storage = createMemoryStorage();
  const put = Array.from({ length: 450 }, (_, order) =>
    incoming(`m${order}`, order, order % 150 === 0 ? 'Ünder' : 'hay'),
  );
  await storage.write(KEY, { put, remove: [] });
  return { ...storage, ...changes };
}

describe('a search in the stored messages', () => {
  it.each([
    ['searches', {}],
    ['cannot search, and is read page by page', { search: undefined as never }],
  ])('B222 the search finds the same messages in a storage that %s', async (_, changes) => {
    const { flow } = await createSendingFlow({ storage: await stored(changes) });
    const ids: string[] = [];
    let part = await flow.searchStored('under');
    ids.push(...part.matches.map(({ id }) => id));
    while (part.next) {
      part = await flow.searchStored('under', part.next);
      ids.push(...part.matches.map(({ id }) => id));
    }
    expect(ids).toEqual(['m300', 'm150', 'm0']);
  });

  it('B222 the search ends where a storage has no older messages, and skips invalid records', async () => {
    const next = { order: 5, id: 'a' };
    const search = (): Promise<never> => Promise.resolve({ matches: [null, { id: 'x' }, next], next } as never);
    const { flow } = await createSendingFlow({ storage: await stored({ search }) });
    expect(await flow.searchStored('a', next)).toEqual({ matches: [next] });
  });

  it('B222 the search finds nothing without a storage, and rejects a query that is not a text', async () => {
    const { flow } = await createSendingFlow();
    expect(await flow.searchStored('a')).toEqual({ matches: [] });
    await expect(flow.searchStored(1 as never)).rejects.toThrow('text');
  });
});
