import type { ReceiptEntry } from '@imflow/websocket';
import { expect, it } from 'vitest';
import { createMemoryStore } from './store/memoryStore.ts';
import { conversationOf } from './store/store.ts';
import { createWatch, type Watch } from './watch.ts';

interface Sent {
  readonly position: number;
  readonly receipts: readonly ReceiptEntry[];
}

/** A conversation of ana with bo that is open on a device of ana, who has sent two messages from another one. */
async function setUp(): Promise<{ watch: Watch; sent: Sent[]; deliver(id: string): Promise<void> }> {
  const store = createMemoryStore();
  const key = conversationOf('ana', 'bo');
  const common = { ...key, kind: 'message', target: undefined, sequence: 0, author: 'ana', device: 'phone' } as const;
  const sent: Sent[] = [];
  await store.append(
    ['m1', 'm2'].map((id) => ({ ...common, id, payload: '{"kind":"message"}' })),
    1,
  );
  const watch = createWatch({
    store,
    reads: {
      entriesAfter: async (place) => (await store.entriesAfter([place], 100))[0] ?? [],
      changesAfter: async (change) => (await store.changesAfter([change], 100))[0] ?? [],
    },
    user: 'ana',
    device: 'laptop',
    peer: 'bo',
    cursor: 1,
    head: 1,
    send(frame, taken) {
      sent.push(JSON.parse(frame) as Sent);
      taken?.();
    },
    fail(error) {
      throw error;
    },
  });
  return {
    watch,
    sent,
    async deliver(id) {
      await store.mark([{ ...key, author: 'ana', ids: [id], outcome: 'delivered', upTo: false, code: undefined }], 2);
    },
  };
}

it.each(['m1', 'm2'])(
  'B405 a receipt for %s that is stored while a node reads an earlier step of the log is sent once',
  async (id) => {
    const { watch, sent, deliver } = await setUp();
    await deliver(id);
    // The hint for the message comes after the receipt is stored.
    watch.hint(2);
    await expect.poll(() => watch.pushed).toBeGreaterThan(1);
    watch.hint(3);
    await expect.poll(() => watch.pushed).toBe(3);
    expect(sent.flatMap(({ receipts }) => receipts)).toEqual([{ id, outcome: 'delivered', at: 2 }]);
    expect(sent.at(-1)?.position).toBe(3);
  },
);

it('B405 a node that reads a receipt of a later step of the log continues to read, also where the hint for that step is lost', async () => {
  const { watch, sent, deliver } = await setUp();
  await deliver('m2');
  watch.hint(2);
  await expect.poll(() => watch.pushed).toBe(3);
  expect(sent.at(-1)).toMatchObject({ position: 3 });
});
