import { createFakeTransport, createSeededRandom, createVirtualClock, flushMicrotasks } from '@imflow/testing';
import type { FakeNotification, FakeTransport, VirtualClock } from '@imflow/testing';
import { expect, it } from 'vitest';
import { createHeldStorage, incoming } from '../../test/sendingFlow.ts';
import { REPORT_DELAY } from '../machines/receipts.ts';
import type { TabCoordination, TabListener } from '../ports/tabs.ts';
import { createMemoryStorage } from '../storage/index.ts';
import { createInstantMessagingFlow } from './createInstantMessagingFlow.ts';
import type { InstantMessagingFlow } from './flow.types.ts';

it('B95 B117 a tab that comes while the storage lags behind is told all messages, not only the last page', async () => {
  const { storage, letGo } = createHeldStorage(createMemoryStorage(), 'write');
  const transport = createFakeTransport();
  const told: { readonly kind?: string; readonly records?: readonly unknown[] }[] = [];
  let tab: TabListener | undefined;
  const flow = createInstantMessagingFlow({
    transport,
    remote: 'bo',
    clock: createVirtualClock(),
    random: createSeededRandom(1),
    template: { pageSize: 2 },
    storage,
    tabs: {
      join: (_conversation, listener) => {
        tab = listener;
        queueMicrotask(() => listener.elected());
        return { post: (post) => told.push(post as (typeof told)[number]), leave: () => {} };
      },
    },
  });
  flow.start();
  await flushMicrotasks();
  for (const id of ['m1', 'm2', 'm3', 'm4']) transport.push(incoming(id));
  await flushMicrotasks();
  const answer = (): number | undefined => {
    tab?.received({ version: 1, kind: 'hello' });
    return told.at(-1)?.records?.length;
  };
  expect(answer()).toBe(4);
  for (let write = 0; write < 4; write += 1) await letGo();
  expect(answer()).toBe(2);
  flow.terminate();
});

/** Tabs that hear each other at once; the first to come speaks, and when it leaves, the next. */
function createTabs(): TabCoordination {
  const listeners: TabListener[] = [];
  return {
    join(_conversation, listener) {
      listeners.push(listener);
      if (listeners.length === 1) queueMicrotask(() => listener.elected());
      return {
        post: (post) => {
          for (const other of listeners) if (other !== listener) other.received(structuredClone(post));
        },
        leave: () => {
          const spoke = listeners[0] === listener;
          listeners.splice(listeners.indexOf(listener), 1);
          if (spoke) queueMicrotask(() => listeners[0]?.elected());
        },
      };
    },
  };
}

interface TwoTabs {
  readonly clock: VirtualClock;
  readonly transport: FakeTransport;
  readonly speaker: InstantMessagingFlow;
  readonly mirror: InstantMessagingFlow;
}

async function openTwoTabs(): Promise<TwoTabs> {
  const [clock, tabs] = [createVirtualClock(), createTabs()];
  const transport = createFakeTransport({ autoAnswer: 'manual', notificationAnswer: 'manual' });
  const [speaker, mirror] = ['one', 'two'].map((seed) => {
    const random = createSeededRandom(seed);
    const flow = createInstantMessagingFlow({ transport, remote: 'bo', clock, random, tabs });
    flow.start();
    return flow;
  }) as [InstantMessagingFlow, InstantMessagingFlow];
  await flushMicrotasks();
  return { clock, transport, speaker, mirror };
}

it('B67 a tab hears that nothing more will come for its message, though the message stays as it was', async () => {
  const { transport, mirror } = await openTwoTabs();
  const { id, settled } = mirror.sendMessage('mine');
  // The echo is quicker than the answer, which says that no notification will come.
  transport.push(incoming(id, { sender: 'ana', body: 'mine' }));
  await flushMicrotasks();
  expect(mirror.messages.get(id)?.status).toBe('sent');
  transport.messages[0]?.accept({ outcome: 'accepted', notificationExpected: false });
  await flushMicrotasks();
  expect(await Promise.race([settled, flushMicrotasks()])).toEqual({
    messageId: id,
    status: 'sent',
    deliveryFailures: [],
  });
});

it('B85 a message that one tab sent and another one discards is settled in both', async () => {
  const { transport, speaker, mirror } = await openTwoTabs();
  transport.setStatus({ state: 'offline' });
  const { id, settled } = mirror.sendMessage('mine');
  await flushMicrotasks();
  speaker.discardMessage(id);
  await flushMicrotasks();
  expect([speaker, mirror].map((flow) => flow.messages.get(id))).toEqual([undefined, undefined]);
  expect(await Promise.race([settled, flushMicrotasks()])).toMatchObject({ status: 'queued', code: 'discarded' });
});

it.each([true, false])(
  'B98 B118 a report that the last tab owed is said by the next, unless the wire had taken it (%s)',
  async (taken) => {
    const { clock, transport, speaker, mirror } = await openTwoTabs();
    transport.push(incoming('m1'));
    await flushMicrotasks();
    mirror.markDisplayed('m1');
    await clock.advance(REPORT_DELAY);
    const reports = (): FakeNotification[] =>
      transport.notifications.filter(({ notification }) => notification.outcome === 'displayed');
    expect(reports()).toHaveLength(1);
    if (taken) reports()[0]?.accept();
    await flushMicrotasks();
    speaker.terminate();
    await flushMicrotasks();
    expect(reports()).toHaveLength(taken ? 1 : 2);
  },
);
