import { expect, it } from 'vitest';
import { createHub, type Hub } from './hub.ts';
import { createMetrics } from './metrics.ts';
import type { Session } from './session.ts';
import { createMemoryStore } from './store/memoryStore.ts';
import type { Store } from './store/store.ts';

interface Offer {
  readonly from: number;
  readonly head: number;
  readonly stored: readonly string[];
  readonly changed: readonly string[];
}

function setUp(store: Store): { hub: Hub; offers: Offer[]; published: unknown[] } {
  const offers: Offer[] = [];
  const published: unknown[] = [];
  const hub = createHub({
    store,
    metrics: createMetrics(undefined, () => 0),
    onOffline: undefined,
    node: 'here',
    publish: (write) => published.push(JSON.parse(write())),
    logger: { info() {}, warn() {}, error() {} },
    now: () => 1,
  });
  const session: Session = {
    user: 'ana',
    device: 'device',
    openConversations: [],
    offer(_other, { from, head }, stored, changed) {
      offers.push({ from, head, stored: stored.map(({ id }) => id), changed: changed.map(({ id }) => id) });
    },
    hint() {},
    sendComposing() {},
    sendPresence() {},
    replace() {},
  };
  hub.add(session);
  published.length = 0;
  return { hub, offers, published };
}

const say = (hub: Hub, author: string, to: string, id: string): ReturnType<Hub['append']> =>
  hub.append(author, 'device', { type: 'message', request: 1, to, id, contentType: 'text/plain', body: id, sentAt: 1 });
const deliver = (hub: Hub, id: string): Promise<void> =>
  hub.mark('bo', { type: 'receipt', request: 2, to: 'ana', id, outcome: 'delivered' });

it('B391 a message and a receipt that arrive together reach each socket and each other node as one step of the log', async () => {
  const { hub, offers, published } = setUp(createMemoryStore());
  await say(hub, 'ana', 'bo', 'first');
  await Promise.all([deliver(hub, 'first'), say(hub, 'bo', 'ana', 'second')]);
  expect(offers).toEqual([
    { from: 0, head: 1, stored: ['first'], changed: [] },
    { from: 1, head: 3, stored: ['second'], changed: ['first'] },
  ]);
  expect(published).toMatchObject([
    { type: 'grown', head: 1 },
    { type: 'grown', head: 3 },
  ]);
});

it('B391 when one half of a commit fails, the other is awaited, and neither is accepted', async () => {
  const kept = createMemoryStore();
  let finish: (() => void) | undefined;
  const { hub, offers } = setUp({
    ...kept,
    async append(entries, at) {
      if (entries.some(({ id }) => id === 'slow')) await new Promise<void>((resolve) => (finish = resolve));
      return kept.append(entries, at);
    },
    mark: () => Promise.reject(new Error('disk full')),
  });
  await say(hub, 'ana', 'bo', 'first');
  const settled: string[] = [];
  const all = [say(hub, 'bo', 'ana', 'slow'), deliver(hub, 'first')].map((done, index) =>
    done.then(
      () => settled.push(`${index} accepted`),
      () => settled.push(`${index} refused`),
    ),
  );
  await expect.poll(() => finish).toBeDefined();
  expect(settled).toEqual([]);
  finish?.();
  await Promise.all(all);
  expect(settled).toEqual(['0 refused', '1 refused']);
  expect(offers).toHaveLength(1);
});
