import { createFakeTransport, createSeededRandom, createVirtualClock, flushMicrotasks } from '@imflow/testing';
import type { FakeTransport, FakeTransportOptions, VirtualClock } from '@imflow/testing';
import { expect, it } from 'vitest';
import { incoming } from '../../test/sendingFlow.ts';
import { REPORT_DELAY } from '../machines/receipts.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import { createMemoryStorage } from '../storage/index.ts';
import type { InstantMessagingFlow, InstantMessagingFlowOptions } from './flow.types.ts';
import { createInstantMessagingFlow } from './createInstantMessagingFlow.ts';

interface Tab {
  readonly clock: VirtualClock;
  readonly transport: FakeTransport;
  readonly flow: InstantMessagingFlow;
  /** What it tells other tabs. */
  readonly posts: readonly Readonly<Record<string, unknown>>[];
  elect(): Promise<void>;
  /** Another tab posts to it. */
  hear(post: Readonly<Record<string, unknown>>): Promise<void>;
}

/** A tab of `ana`, which mirrors until the test elects it, and hears what the test posts. */
async function openTab(options: Partial<InstantMessagingFlowOptions> = {}, fake?: FakeTransportOptions): Promise<Tab> {
  const clock = createVirtualClock();
  const transport = createFakeTransport({ autoAnswer: 'manual', ...fake });
  const posts: Record<string, unknown>[] = [];
  let elected = (): void => {};
  let received = (_post: unknown): void => {};
  const flow = createInstantMessagingFlow({
    transport,
    remote: 'bo',
    clock,
    random: createSeededRandom(1),
    tabs: {
      join: (_conversation, listener) => {
        ({ elected, received } = listener);
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
    async hear(post) {
      received({ version: 1, ...post });
      await flushMicrotasks();
    },
  };
}

it('B98 what the user sees in one tab does not report what waits for them to look at another one', async () => {
  const { clock, transport, flow, elect, hear } = await openTab();
  await elect();
  for (const id of ['m1', 'm2', 'm3']) transport.push(incoming(id));
  await flushMicrotasks();
  const reports = (): (readonly string[] | undefined)[] =>
    transport.notifications
      .filter(({ notification }) => notification.outcome === 'displayed')
      .map(({ notification }) => notification.covers);
  flow.setAttention(false);
  flow.markDisplayed('m3');
  await hear({ kind: 'seen', ids: ['m2', 'm1'] });
  await clock.advance(REPORT_DELAY);
  expect(reports()).toEqual([['m1', 'm2']]);
  expect(flow.store.getState().unreadCount).toBe(1);
  flow.setAttention(true);
  expect(reports()).toEqual([['m1', 'm2'], ['m3']]);
  flow.terminate();
});

it.each(['sent', 'delivered'] as const)(
  'B115 a message that the last tab sent is not sent again by the next, which reads in the storage that it is %s',
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
