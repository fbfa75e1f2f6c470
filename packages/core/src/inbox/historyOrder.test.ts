import { flushMicrotasks } from '@imflow/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bodies,
  createSendingFlow,
  incoming,
  incomingMessage,
  type TestFlow,
  type TestFlowOptions,
} from '../../test/testFlow.ts';
import type { InstantMessagingFlow } from '../engine/publicTypes.ts';
import type { MessageStorage } from '../ports/storage.ts';
import type { ChannelEvent } from '../ports/transport.ts';
import { createMemoryStorage } from '../storage/index.ts';

function ids(...numbers: readonly number[]): string[] {
  return numbers.map((number) => `m${number}`);
}

function history(...numbers: readonly number[]): ChannelEvent {
  return { type: 'history', messages: ids(...numbers).map((id) => incomingMessage(id)) };
}

/** A flow that has received messages live. */
async function withReceived(numbers: readonly number[], options: TestFlowOptions = {}): Promise<TestFlow> {
  const test = await createSendingFlow(options);
  for (const id of ids(...numbers)) await test.push(incoming(id));
  return test;
}

/** The storage after a flow has received messages live. */
async function stored(numbers: readonly number[]): Promise<MessageStorage> {
  const storage = createMemoryStorage();
  const { flow } = await withReceived(numbers, { storage });
  flow.terminate();
  await flushMicrotasks();
  return storage;
}

async function loadAll(flow: InstantMessagingFlow): Promise<void> {
  while (flow.store.getState().history.hasOlder) await flow.loadOlder();
}

describe('a message that arrived after newer ones', () => {
  it.each([
    ['ends with the message after the late one', [1, 2, 3, 4]],
    ['begins with the late message', [3, 4, 5]],
    ['contains the neighbours of the late message', [2, 3, 4]],
    ['contains all messages', [1, 2, 3, 4, 5, 6, 7]],
  ])('B445 only the late message moves where a page of history %s', async (_, page) => {
    const { flow, push } = await withReceived([1, 2, 4, 5, 6, 7, 3]);
    const orderOf = (id: string): number | undefined => flow.messages.get(id)?.order;
    const others = ids(1, 2, 4, 5, 6, 7);
    const before = others.map(orderOf);
    await push(history(...page));
    expect(bodies(flow)).toEqual(ids(1, 2, 3, 4, 5, 6, 7));
    expect(others.map(orderOf)).toEqual(before);
  });

  it.each([
    ['the late message is loaded and its neighbours are not', [1, 2, 4, 5, 6, 7, 8, 3]],
    ['several late messages are loaded and their neighbours are not', [1, 2, 5, 6, 7, 8, 3, 4]],
    ['neither the late message nor its neighbours are loaded', [1, 2, 4, 5, 3, 6, 7, 8]],
    ['its neighbours are loaded and the late message is not', [1, 6, 2, 3, 4, 5, 7, 8]],
  ])('B445 a late message gets its place in the storage, too, where %s', async (_, arrived) => {
    const storage = await stored(arrived);
    const all = ids(1, 2, 3, 4, 5, 6, 7, 8);
    const { flow, push } = await createSendingFlow({ storage, template: { pageSize: 2 } });
    await push(history(1, 2, 3, 4, 5, 6, 7, 8));
    await loadAll(flow);
    expect(bodies(flow)).toEqual(all);
    flow.terminate();
    await flushMicrotasks();
    const { flow: next } = await createSendingFlow({ storage });
    expect(bodies(next)).toEqual(all);
  });

  it('B445 an own message that waited gets its place before stored messages, and does not move late ones with it', async () => {
    const storage = createMemoryStorage();
    const before = await withReceived([1, 2], { storage });
    const { id } = before.flow.sendMessage('mine');
    for (const late of ids(4, 5, 6, 7)) await before.push(incoming(late));
    before.flow.terminate();
    await flushMicrotasks();
    const { flow, push } = await createSendingFlow({ storage, template: { pageSize: 2 } });
    const own = incomingMessage(id, { sender: 'ana', body: 'mine' });
    await push({
      type: 'history',
      messages: [
        incomingMessage('m1'),
        incomingMessage('m2'),
        own,
        ...ids(3, 4, 5, 6, 7).map((each) => incomingMessage(each)),
      ],
    });
    await loadAll(flow);
    expect(bodies(flow)).toEqual(['m1', 'm2', 'mine', ...ids(3, 4, 5, 6, 7)]);
  });

  it('B445 a late message is no longer unread where the user has seen messages after its place', async () => {
    const storage = createMemoryStorage();
    const { flow, push, clock } = await withReceived([1, 2, 4], { storage });
    flow.markDisplayed('m4');
    await clock.advance(1_000);
    await push(incoming('m3'));
    expect(flow.store.getState().unreadCount).toBe(1);
    await push(history(1, 2, 3, 4));
    expect(bodies(flow)).toEqual(ids(1, 2, 3, 4));
    expect(flow.store.getState().unreadCount).toBe(0);
    flow.terminate();
    await flushMicrotasks();
    const { flow: next } = await createSendingFlow({ storage });
    expect(next.store.getState().unreadCount).toBe(0);
  });

  it('B445 a waiting displayed receipt names the last displayed message of the corrected order', async () => {
    const { flow, push, transport, clock } = await withReceived([1, 2, 4, 3], {
      fake: { capabilities: { displayedNotifications: 'up-to' } },
    });
    transport.setStatus({ state: 'offline' });
    flow.markDisplayed('m3');
    await push(history(1, 2, 3, 4));
    transport.setStatus({ state: 'online' });
    await clock.advance(1_000);
    expect(transport.wire.filter((call) => call.startsWith('displayed'))).toEqual(['displayed:m4']);
  });
});

it('B445 history puts messages that arrived in any order into the order of the network, loaded or not', async () => {
  const log = Array.from({ length: 12 }, (_, index) => index + 1);
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(log, { minLength: 1 }),
      fc.integer({ min: 1, max: 13 }),
      async (arrived, pageSize) => {
        const storage = await stored(arrived);
        const { flow, push } = await createSendingFlow({ storage, template: { pageSize } });
        await push(history(...log));
        await loadAll(flow);
        expect(bodies(flow)).toEqual(ids(...log));
        flow.terminate();
        await flushMicrotasks();
        const { flow: next } = await createSendingFlow({ storage });
        expect(bodies(next)).toEqual(ids(...log));
        next.terminate();
      },
    ),
    { numRuns: 100 },
  );
});
