import {
  createFakeTabs,
  createFakeTransport,
  createSeededRandom,
  createVirtualClock,
  flushMicrotasks,
} from '@imflow/testing';
import type { FakeTransport } from '@imflow/testing';
import { expect, it } from 'vitest';
import { bodies, incomingMessage } from '../../test/testFlow.ts';
import { createInstantMessagingFlow } from '../engine/createInstantMessagingFlow.ts';
import type { InstantMessagingFlow } from '../engine/publicTypes.ts';
import type { TabCoordinator } from '../ports/tabs.ts';
import { TransportFailure } from '../ports/transport.ts';
import { createMemoryStorage } from '../storage/index.ts';

interface Tab {
  readonly flow: InstantMessagingFlow;
  readonly transport: FakeTransport;
}

const clock = createVirtualClock();

/** A tab of `ana`; the first one of a coordinator leads. */
async function openTab(
  tabs: TabCoordinator,
  seed: number,
  storage = createMemoryStorage(),
  autoConnect = true,
): Promise<Tab> {
  const transport = createFakeTransport({ autoConnect, capabilities: { history: true, historySearch: true } });
  const flow = createInstantMessagingFlow({
    transport,
    remote: 'bo',
    tabs,
    storage,
    clock,
    random: createSeededRandom(seed),
  });
  flow.start();
  await flushMicrotasks();
  return { flow, transport };
}

async function openTwoTabs(): Promise<{ readonly leader: Tab; readonly follower: Tab }> {
  const tabs = createFakeTabs();
  const storage = createMemoryStorage();
  const leader = await openTab(tabs, 1, storage);
  return { leader, follower: await openTab(tabs, 2, storage) };
}

it('B410 a follower loads older messages of the server through the leader', async () => {
  const { leader, follower } = await openTwoTabs();
  const loaded = follower.flow.loadOlder();
  await flushMicrotasks();
  expect(follower.transport.historyRequests).toEqual([]);
  leader.transport.historyRequests[0]?.accept({
    messages: [incomingMessage('one'), incomingMessage('two')],
    end: true,
  });
  expect(await loaded).toBe(2);
  expect(bodies(follower.flow)).toEqual(['one', 'two']);
  expect(follower.flow.store.getState().history).toMatchObject({ hasOlder: false, failed: false, loading: false });
});

it('B410 a follower reports that older messages could not be loaded where the server refused them', async () => {
  const { leader, follower } = await openTwoTabs();
  const loaded = follower.flow.loadOlder();
  await flushMicrotasks();
  leader.transport.historyRequests[0]?.fail(new TransportFailure(503, 'busy', { retryable: true }));
  expect(await loaded).toBe(0);
  expect(follower.flow.store.getState().history).toMatchObject({ hasOlder: true, failed: true, loading: false });
});

it('B410 a follower asks the next leader for the older messages that the last one did not deliver', async () => {
  const tabs = createFakeTabs();
  const [first, second, third] = [await openTab(tabs, 1), await openTab(tabs, 2), await openTab(tabs, 3)];
  const loaded = third.flow.loadOlder();
  await flushMicrotasks();
  first.flow.terminate();
  await flushMicrotasks();
  second.transport.historyRequests[0]?.accept({ messages: [incomingMessage('one')], end: true });
  expect(await loaded).toBe(1);
  expect(bodies(third.flow)).toEqual(['one']);
});

it('B410 a follower that waits for older messages and is elected loads them', async () => {
  const { leader, follower } = await openTwoTabs();
  const loaded = follower.flow.loadOlder();
  const found = follower.flow.searchHistory('needle');
  await flushMicrotasks();
  leader.flow.terminate();
  await flushMicrotasks();
  follower.transport.historyRequests[0]?.accept({ messages: [incomingMessage('one')], end: true });
  follower.transport.searchRequests[0]?.accept({ messageIds: ['one'] });
  expect(await loaded).toBe(1);
  expect(await found).toEqual({ messageIds: ['one'] });
  expect(bodies(follower.flow)).toEqual(['one']);
});

it('B448 a follower that is elected before the transport is connected loads older messages with the connection', async () => {
  const tabs = createFakeTabs();
  const leader = await openTab(tabs, 1);
  const follower = await openTab(tabs, 2, createMemoryStorage(), false);
  const loaded = follower.flow.loadOlder();
  await flushMicrotasks();
  leader.flow.terminate();
  await flushMicrotasks();
  follower.transport.historyRequests[0]?.fail(new TransportFailure(503, 'not connected', { retryable: true }));
  expect(await loaded).toBe(0);
  expect(follower.flow.store.getState().history).toMatchObject({ loading: true, failed: false });
  follower.transport.setStatus({ state: 'online' });
  await flushMicrotasks();
  follower.transport.historyRequests[1]?.accept({ messages: [incomingMessage('one')], end: true });
  await flushMicrotasks();
  expect(bodies(follower.flow)).toEqual(['one']);
});

it('B410 a tab that is terminated ends its wait for older messages', async () => {
  const { follower } = await openTwoTabs();
  const loaded = follower.flow.loadOlder();
  await flushMicrotasks();
  follower.flow.terminate();
  expect(await loaded).toBe(0);
});

it('B411 a follower searches the history of the server through the leader', async () => {
  const { leader, follower } = await openTwoTabs();
  const found = follower.flow.searchHistory(' needle ', 'place');
  await flushMicrotasks();
  const [asked] = leader.transport.searchRequests;
  expect(asked?.request).toEqual({ text: 'needle', before: 'place' });
  asked?.accept({ messageIds: ['one'], next: 'older' });
  expect(await found).toEqual({ messageIds: ['one'], next: 'older' });
});
