import { createFakeTransport, createSeededRandom, createVirtualClock, flushMicrotasks } from '@imflow/testing';
import type { FakeTransport, FakeTransportOptions, VirtualClock } from '@imflow/testing';
import { expect, it } from 'vitest';
import { createHeldStorage, incoming } from '../../test/testFlow.ts';
import { DISPLAYED_DELAY } from '../receipts/machine.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import type { MessageStorage, StoredConversation } from '../ports/storage.ts';
import { createMemoryStorage } from '../storage/index.ts';
import type { InstantMessagingFlowOptions } from '../engine/flowOptions.ts';
import type { InstantMessagingFlow } from '../engine/publicTypes.ts';
import { createInstantMessagingFlow } from '../engine/createInstantMessagingFlow.ts';

interface Tab {
  readonly clock: VirtualClock;
  readonly transport: FakeTransport;
  readonly flow: InstantMessagingFlow;
  /** The posts of this tab to the other tabs. */
  readonly posts: readonly Readonly<Record<string, unknown>>[];
  elect(): Promise<void>;
  demote(): Promise<void>;
  /** Receives a post of a different tab. */
  receive(post: Readonly<Record<string, unknown>>): Promise<void>;
}

/** A tab of `ana`, which follows until the test elects it, and receives what the test posts. */
async function openTab(options: Partial<InstantMessagingFlowOptions> = {}, fake?: FakeTransportOptions): Promise<Tab> {
  const clock = createVirtualClock();
  const transport = createFakeTransport({ autoAnswer: 'manual', ...fake });
  const posts: Record<string, unknown>[] = [];
  let elected = (): void => {};
  let demoted = (): void => {};
  let received = (_post: unknown): void => {};
  const flow = createInstantMessagingFlow({
    transport,
    remote: 'bo',
    clock,
    random: createSeededRandom(1),
    tabs: {
      join: (_conversation, listener) => {
        ({ elected, demoted, received } = listener);
        return { post: (post) => void posts.push(structuredClone(post) as (typeof posts)[number]), leave: () => {} };
      },
    },
    ...options,
  });
  flow.start();
  await flushMicrotasks();
  return {
    clock,
    transport,
    flow,
    posts,
    async elect() {
      elected();
      await flushMicrotasks();
    },
    async demote() {
      demoted();
      await flushMicrotasks();
    },
    async receive(post) {
      received({ version: 2, ...post });
      await flushMicrotasks();
    },
  };
}

it('B98 messages that the user sees in one tab do not mark messages of a different tab as displayed', async () => {
  const { clock, transport, flow, elect, receive } = await openTab();
  await elect();
  for (const id of ['m1', 'm2', 'm3']) transport.push(incoming(id));
  await flushMicrotasks();
  const reports = (): (readonly string[] | undefined)[] =>
    transport.notifications
      .filter(({ notification }) => notification.outcome === 'displayed')
      .map(({ notification }) => notification.messageIds);
  flow.setAttention(false);
  flow.markDisplayed('m3');
  await receive({ kind: 'seen', ids: ['m2', 'm1'] });
  await clock.advance(DISPLAYED_DELAY);
  expect(reports()).toEqual([['m1', 'm2']]);
  expect(flow.store.getState().unreadCount).toBe(1);
  flow.setAttention(true);
  expect(reports()).toEqual([['m1', 'm2'], ['m3']]);
  flow.terminate();
});

it.each(['sent', 'delivered'] as const)(
  'B115 the next leader does not send a message again that the last one sent, when it reads in the storage that it is %s',
  async (status) => {
    const storage = createMemoryStorage();
    const capabilities = { deliveryNotifications: status !== 'sent' };
    const { transport, flow, elect } = await openTab({ storage }, { capabilities });
    const { id, settled } = flow.sendMessage('mine');
    await flushMicrotasks();
    const statuses: string[] = [];
    flow.on('messageStatusChanged', ({ message }) => statuses.push(message.status));
    const sent = { ...(flow.messages.get(id) as MessageRecord), status, order: 1 };
    await storage.write(CONVERSATION, { put: [sent], remove: [] });
    await elect();
    expect(transport.messages).toEqual([]);
    expect(statuses).toEqual([status]);
    expect(await Promise.race([settled, flushMicrotasks()])).toMatchObject({ status });
    flow.terminate();
  },
);

const CONVERSATION = JSON.stringify(['ana', 'bo']);

const theirs: MessageRecord = {
  id: 'm1',
  messageId: 'm1',
  direction: 'incoming',
  sender: 'bo',
  contentType: 'text/plain',
  body: 'theirs',
  order: 1,
  at: 1,
  status: 'delivered',
  attempts: 0,
  timestamps: {},
  deliveryFailures: [],
  isContentTypeSupported: true,
  receipt: 'sent',
};
const failed: MessageRecord = { ...theirs, direction: 'outgoing', sender: 'ana', status: 'failed', retryable: true };

async function storageWith(record: MessageRecord): Promise<MessageStorage> {
  const storage = createMemoryStorage();
  await storage.write(CONVERSATION, { put: [record], remove: [] });
  return storage;
}

it('B98 B118 messages displayed while no tab led are reported and stored by the next leader', async () => {
  const storage = await storageWith(theirs);
  const { clock, transport, flow, elect } = await openTab({ storage });
  flow.markDisplayed('m1');
  await clock.advance(DISPLAYED_DELAY);
  await elect();
  expect(transport.wire).toEqual(['displayed:m1']);
  await clock.advance(60_000);
  expect(await storage.open(CONVERSATION, 1)).toMatchObject({ meta: { displayedOrder: 1, pendingReadReceipts: [] } });
  flow.terminate();
});

it('B82 a retry while no tab leads is executed by the next leader', async () => {
  const { transport, flow, elect } = await openTab({ storage: await storageWith(failed) });
  expect(flow.retryAll()).toBe(1);
  await elect();
  expect(transport.wire).toEqual(['message:theirs']);
  flow.terminate();
});

it('B85 a message discarded while no tab leads is never sent', async () => {
  const storage = createMemoryStorage();
  const { clock, transport, flow, elect } = await openTab({ storage });
  const { id, settled } = flow.sendMessage('mine');
  await flushMicrotasks();
  flow.discardMessage(id);
  await elect();
  await clock.advance(60_000);
  expect(transport.wire).toEqual([]);
  expect(await settled).toMatchObject({ code: 'discarded' });
  expect((await storage.open(CONVERSATION, 1)).outbox).toEqual([]);
  flow.terminate();
});

it('B82 B85 B98 commands of the user while no tab led are forwarded to the next leader once', async () => {
  const { clock, flow, posts, receive } = await openTab({ storage: await storageWith(failed) });
  const { id } = flow.sendMessage('mine');
  flow.retryMessage('m1');
  flow.discardMessage(id);
  await clock.advance(DISPLAYED_DELAY);
  const postedKinds = async (): Promise<unknown[]> => {
    const before = posts.length;
    await receive({ kind: 'elected' });
    return posts.slice(before).map(({ kind }) => kind);
  };
  expect(await postedKinds()).toEqual(['send', 'retry', 'discard', 'hello']);
  await receive({ kind: 'transaction', connection: 'online' });
  expect(await postedKinds()).toEqual(['send', 'hello']);
  flow.terminate();
});

it('B82 a read of the storage that began before a retry does not undo the retry', async () => {
  const { storage, release } = createHeldReading(await storageWith(failed));
  const { transport, flow, elect } = await openTab({ storage });
  await release();
  await elect();
  flow.retryMessage('m1');
  await release();
  expect(transport.wire).toEqual(['message:theirs']);
  flow.terminate();
});

it('B85 a read of the storage that began before a discard does not restore the message', async () => {
  const { storage, release } = createHeldReading(createMemoryStorage());
  const { clock, transport, flow, elect } = await openTab({ storage });
  await release();
  const { id } = flow.sendMessage('mine');
  await flushMicrotasks();
  await elect();
  flow.discardMessage(id);
  await release();
  await clock.advance(60_000);
  expect(flow.messages.order.length).toBe(0);
  expect(transport.wire).toEqual([]);
  flow.terminate();
});

it('B85 a message that the leader removed is not stored again by the tab that sent it, whose storage is slow', async () => {
  const inner = createMemoryStorage();
  const { storage, release } = createHeldStorage(inner, 'write');
  const { flow, receive } = await openTab({ storage });
  const first = flow.sendMessage('first').id;
  const second = flow.sendMessage('second').id;
  await receive({ kind: 'transaction', removed: [first, second] });
  for (let write = 0; write < 4; write += 1) await release();
  expect((await inner.open(CONVERSATION, 1)).outbox).toEqual([]);
  flow.terminate();
});

/** A storage that reads at once, and resolves with the result later. */
function createHeldReading(storage: MessageStorage): { readonly storage: MessageStorage; release(): Promise<void> } {
  const held = createHeldStorage({ ...storage, open: async () => read() }, 'open');
  let read = (): StoredConversation => ({ records: [], outbox: [], meta: undefined, hasOlder: false });
  return {
    storage: {
      ...held.storage,
      async open(...given) {
        const found = await storage.open(...given);
        read = () => found;
        return held.storage.open(...given);
      },
    },
    release: held.release,
  };
}

it('B117 B76 messages that arrived before a page of history are processed before it, and reported once they are seen', async () => {
  const memory = createMemoryStorage();
  const reads: (() => void)[] = [];
  const storage: MessageStorage = {
    ...memory,
    async open(...given) {
      await new Promise<void>((resolve) => void reads.push(resolve));
      return memory.open(...given);
    },
  };
  const { clock, transport, flow, elect } = await openTab({ storage }, { capabilities: { history: true } });
  const received: string[] = [];
  flow.on('messageReceived', ({ message }) => received.push(message.id));
  void flow.loadOlder();
  // The tab is elected during the first read of the storage, which is then read once more.
  await elect();
  transport.push(incoming('m1'));
  reads[0]?.();
  await flushMicrotasks();
  transport.historyRequests[0]?.accept({
    messages: [{ messageId: 'm1', sender: 'bo', contentType: 'text/plain', body: 'm1' }],
    end: true,
  });
  await flushMicrotasks();
  reads[1]?.();
  await flushMicrotasks();
  expect(received).toEqual(['m1']);
  expect(flow.messages.get('m1')).not.toHaveProperty('archived');
  flow.markDisplayed('m1');
  await clock.advance(DISPLAYED_DELAY);
  expect(transport.wire).toEqual(['delivered:m1', 'displayed:m1']);
  flow.terminate();
});

it('B183 a demoted leader closes its channel, keeps waiting messages, and follows the new leader', async () => {
  const { clock, transport, flow, posts, elect, demote, receive } = await openTab();
  await elect();
  const { id } = flow.sendMessage('in flight');
  flow.sendMessage('waiting');
  await flushMicrotasks();
  expect(transport.wire).toEqual(['message:in flight']);
  const before = posts.length;
  await demote();
  await demote();
  expect(posts.slice(before).map(({ kind }) => kind)).toEqual(['transaction', 'send', 'send', 'hello']);
  // The response to this tab is too late: the record of the new leader is newer.
  transport.messages[0]?.accept();
  transport.push(incoming('m1'));
  await clock.advance(120_000);
  expect(flow.messages.get('m1')).toBeUndefined();
  expect(flow.messages.get(id)?.status).toBe('sending');
  expect(transport.wire).toEqual(['message:in flight']);
  const record = flow.messages.get(id) as MessageRecord;
  await receive({ kind: 'transaction', connection: 'online', records: [{ ...record, status: 'sent', order: 1 }] });
  expect(flow.messages.get(id)?.status).toBe('sent');
  await elect();
  expect(transport.wire).toEqual(['message:in flight', 'message:waiting']);
  flow.terminate();
});
