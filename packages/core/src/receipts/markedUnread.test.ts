import {
  createFakeTabs,
  createFakeTransport,
  createSeededRandom,
  createVirtualClock,
  flushMicrotasks,
} from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { createSendingFlow, incoming } from '../../test/testFlow.ts';

import { createInstantMessagingFlow } from '../engine/createInstantMessagingFlow.ts';
import type { InstantMessagingFlow } from '../engine/publicTypes.ts';
import type { MessageStorage } from '../ports/storage.ts';
import type { TabCoordinator } from '../ports/tabs.ts';
import { createMemoryStorage } from '../storage/index.ts';

function isMarked({ store }: InstantMessagingFlow): boolean {
  return store.getState().markedUnread;
}

let seed = 0;

/** A tab of the same user over the same storage. */
async function open(storage: MessageStorage, tabs?: TabCoordinator): Promise<InstantMessagingFlow> {
  const flow = createInstantMessagingFlow({
    transport: createFakeTransport(),
    remote: 'bo',
    clock: createVirtualClock(),
    random: createSeededRandom((seed += 1)),
    storage,
    ...(tabs && { tabs }),
  });
  flow.start();
  await flushMicrotasks();
  return flow;
}

describe('a conversation that is marked as unread', () => {
  it('B330 a marked conversation is marked as unread, without a change of the unread count and without a notification', async () => {
    const { flow, transport, push } = await createSendingFlow();
    await push(incoming('m1'));
    flow.markDisplayed('m1');
    await flushMicrotasks();
    const told = transport.notifications.length;
    expect(isMarked(flow)).toBe(false);
    const { unreadCount } = flow.store.getState();
    flow.markUnread();
    await flushMicrotasks();
    expect(isMarked(flow)).toBe(true);
    expect(flow.store.getState().unreadCount).toBe(unreadCount);
    expect(transport.notifications).toHaveLength(told);
  });

  it('B330 the mark survives a reload, also if it was set before the stored messages were read', async () => {
    const storage = createMemoryStorage();
    const first = await open(storage);
    first.markUnread();
    await flushMicrotasks();
    first.terminate();
    const second = await open(storage);
    expect(isMarked(second)).toBe(true);
    second.markUnread(false);
    await flushMicrotasks();
    second.terminate();

    const early = createInstantMessagingFlow({ transport: createFakeTransport(), remote: 'bo', storage });
    early.start();
    early.markUnread();
    await flushMicrotasks();
    early.terminate();
    const last = await open(storage);
    expect(isMarked(last)).toBe(true);
    last.terminate();
  });

  it('B330 the mark keeps the stored metadata when it is set before that was read', async () => {
    const storage = createMemoryStorage();
    const metas: unknown[] = [];
    const watched: MessageStorage = {
      ...storage,
      async open(...conversation) {
        return { ...(await storage.open(...conversation)), meta: { displayedOrder: -3 } };
      },
      write(conversation, write) {
        metas.push(write.meta);
        return storage.write(conversation, write);
      },
    };
    const flow = createInstantMessagingFlow({ transport: createFakeTransport(), remote: 'bo', storage: watched });
    flow.start();
    flow.markUnread();
    await flushMicrotasks();
    expect(metas).toEqual([expect.objectContaining({ displayedOrder: -3, markedUnread: true })]);
    flow.terminate();
  });

  it('B330 the mark shows in every tab, in a later tab, and once that tab leads', async () => {
    const [storage, tabs] = [createMemoryStorage(), createFakeTabs()];
    const [leader, follower] = [await open(storage, tabs), await open(storage, tabs)];
    follower.markUnread();
    await flushMicrotasks();
    expect([leader, follower].map(isMarked)).toEqual([true, true]);
    const late = await open(storage, tabs);
    expect(isMarked(late)).toBe(true);
    leader.markUnread(false);
    await flushMicrotasks();
    expect([leader, follower, late].map(isMarked)).toEqual([false, false, false]);
    late.markUnread();
    await flushMicrotasks();
    leader.terminate();
    await flushMicrotasks();
    expect([follower, late].map(isMarked)).toEqual([true, true]);
    for (const flow of [follower, late]) flow.terminate();
    const reloaded = await open(storage);
    expect(isMarked(reloaded)).toBe(true);
    reloaded.terminate();
  });

  it('B331 the mark is removed when the user looks at the conversation, sends a message, or removes the mark', async () => {
    const { flow, push } = await createSendingFlow();
    await push(incoming('m1'));
    flow.markDisplayed('m1');
    flow.markUnread();
    flow.setAttention(false);
    flow.markDisplayed('m1');
    expect(isMarked(flow)).toBe(true);
    flow.setAttention(true);
    flow.markDisplayed('m1');
    expect(isMarked(flow)).toBe(false);
    flow.markUnread();
    flow.sendMessage('mine');
    expect(isMarked(flow)).toBe(false);
    flow.markUnread();
    flow.markUnread(false);
    expect(isMarked(flow)).toBe(false);
    expect(() => flow.markUnread('yes' as unknown as boolean)).toThrow(
      /^unread is .yes., but must be true or false\.$/,
    );
  });

  it('B331 the mark stays while messages arrive, and ends in every tab when one of them opens the conversation', async () => {
    const [storage, tabs] = [createMemoryStorage(), createFakeTabs()];
    const [leader, follower] = [await open(storage, tabs), await open(storage, tabs)];
    leader.markUnread();
    await flushMicrotasks();
    const { id } = leader.sendMessage('mine');
    leader.markUnread();
    await flushMicrotasks();
    expect(isMarked(follower)).toBe(true);
    follower.markDisplayed(id);
    await flushMicrotasks();
    expect([leader, follower].map(isMarked)).toEqual([false, false]);
    for (const flow of [leader, follower]) flow.terminate();
    const reloaded = await open(storage);
    expect(isMarked(reloaded)).toBe(false);
    reloaded.terminate();
  });
});
