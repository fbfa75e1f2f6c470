import {
  createFakeTabs,
  createFakeTransport,
  createSeededRandom,
  createVirtualClock,
  flushMicrotasks,
} from '@imflow/testing';
import type { FakeNotification, FakeTransport, VirtualClock } from '@imflow/testing';
import { expect, it } from 'vitest';
import { createHeldStorage, incoming } from '../../test/testFlow.ts';

import { DISPLAYED_DELAY } from '../receipts/machine.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import type { MessageStorage } from '../ports/storage.ts';
import type { TabCoordinator, TabListener } from '../ports/tabs.ts';
import { createMemoryStorage } from '../storage/index.ts';
import { createInstantMessagingFlow } from '../engine/createInstantMessagingFlow.ts';
import type { InstantMessagingFlow } from '../engine/publicTypes.ts';

it('B95 B117 a tab that joins while the storage lags behind receives all messages, not only the last page', async () => {
  const { storage, release } = createHeldStorage(createMemoryStorage(), 'write');
  const transport = createFakeTransport();
  const posts: { readonly kind?: string; readonly records?: readonly unknown[] }[] = [];
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
        return { post: (post) => posts.push(post as (typeof posts)[number]), leave: () => {} };
      },
    },
  });
  flow.start();
  await flushMicrotasks();
  for (const id of ['m1', 'm2', 'm3', 'm4']) transport.push(incoming(id));
  await flushMicrotasks();
  const answer = (): number | undefined => {
    tab?.received({ version: 2, kind: 'hello' });
    return posts.at(-1)?.records?.length;
  };
  expect(answer()).toBe(4);
  for (let write = 0; write < 4; write += 1) await release();
  expect(answer()).toBe(2);
  flow.terminate();
});

it('B115 a tab that joins late receives the whole outbox, which it may have to send as the next leader', async () => {
  const [transport, tabs] = [createFakeTransport(), createFakeTabs()];
  const open = (seed: string, storage: MessageStorage): InstantMessagingFlow => {
    const flow = createInstantMessagingFlow({
      transport,
      remote: 'bo',
      clock: createVirtualClock(),
      random: createSeededRandom(seed),
      template: { pageSize: 2 },
      storage,
      tabs,
    });
    flow.start();
    return flow;
  };
  const storage = createMemoryStorage();
  const leader = open('one', storage);
  await flushMicrotasks();
  transport.setStatus({ state: 'offline' });
  const sent = ['a', 'b', 'c', 'd'].map((body) => leader.sendMessage(body).id);
  await flushMicrotasks();
  const late = open('two', { ...storage, open: FULL });
  await flushMicrotasks();
  expect(Array.from(late.messages.order)).toEqual(sent);
});

const FULL = (): Promise<never> => Promise.reject(new Error('The disk is full.'));

interface TwoTabs {
  readonly clock: VirtualClock;
  readonly transport: FakeTransport;
  readonly leader: InstantMessagingFlow;
  readonly follower: InstantMessagingFlow;
}

async function openTwoTabs(): Promise<TwoTabs> {
  const [clock, tabs] = [createVirtualClock(), createFakeTabs()];
  const transport = createFakeTransport({ autoAnswer: 'manual', notificationAnswer: 'manual' });
  const [leader, follower] = ['one', 'two'].map((seed) => {
    const random = createSeededRandom(seed);
    const flow = createInstantMessagingFlow({ transport, remote: 'bo', clock, random, tabs });
    flow.start();
    return flow;
  }) as [InstantMessagingFlow, InstantMessagingFlow];
  await flushMicrotasks();
  return { clock, transport, leader, follower };
}

it('B67 a tab learns that no notification will follow for its message, though the status stays the same', async () => {
  const { transport, follower } = await openTwoTabs();
  const { id, settled } = follower.sendMessage('mine');
  // The echo arrives before the response, which says that no notification will follow.
  transport.push(incoming(id, { sender: 'ana', body: 'mine' }));
  await flushMicrotasks();
  expect(follower.messages.get(id)?.status).toBe('sent');
  transport.messages[0]?.accept({ outcome: 'accepted', notificationExpected: false });
  await flushMicrotasks();
  expect(await Promise.race([settled, flushMicrotasks()])).toEqual({
    messageId: id,
    status: 'sent',
    deliveryFailures: [],
  });
});

it('B375 the last-seen time of the participant is known in every tab, until the participant returns or the connection ends', async () => {
  const { transport, leader, follower } = await openTwoTabs();
  const seen = (): (number | undefined)[] => [leader, follower].map(({ store }) => store.getState().remoteLastSeen);
  const leave = async (): Promise<void> => {
    transport.push({ type: 'participant', address: 'bo', change: 'unavailable', lastSeen: 1_000 });
    await flushMicrotasks();
  };
  await leave();
  expect(seen()).toEqual([1_000, 1_000]);
  transport.push({ type: 'participant', address: 'bo', change: 'available' });
  await flushMicrotasks();
  expect(seen()).toEqual([undefined, undefined]);
  await leave();
  transport.setStatus({ state: 'offline' });
  await flushMicrotasks();
  expect(seen()).toEqual([undefined, undefined]);
});

it.each([NaN, -1, 0, 'yesterday', null])('B375 an invalid last-seen time (%s) is ignored', async (lastSeen) => {
  const { transport, leader } = await openTwoTabs();
  transport.push({ type: 'participant', address: 'bo', change: 'unavailable', lastSeen } as never);
  await flushMicrotasks();
  expect(leader.store.getState()).toMatchObject({ remoteAvailable: false, remoteLastSeen: undefined });
});

it('B85 a message that one tab sent and a different tab discards is settled in both', async () => {
  const { transport, leader, follower } = await openTwoTabs();
  transport.setStatus({ state: 'offline' });
  const { id, settled } = follower.sendMessage('mine');
  await flushMicrotasks();
  leader.discardMessage(id);
  await flushMicrotasks();
  expect([leader, follower].map((flow) => flow.messages.get(id))).toEqual([undefined, undefined]);
  expect(await Promise.race([settled, flushMicrotasks()])).toMatchObject({ status: 'queued', code: 'discarded' });
});

it.each([true, false])(
  'B98 B118 the next leader sends a receipt that the last one owed, unless the network had accepted it (%s)',
  async (taken) => {
    const { clock, transport, leader, follower } = await openTwoTabs();
    transport.push(incoming('m1'));
    await flushMicrotasks();
    follower.markDisplayed('m1');
    await clock.advance(DISPLAYED_DELAY);
    const reports = (): FakeNotification[] =>
      transport.notifications.filter(({ notification }) => notification.outcome === 'displayed');
    expect(reports()).toHaveLength(1);
    if (taken) reports()[0]?.accept();
    await flushMicrotasks();
    leader.terminate();
    await flushMicrotasks();
    expect(reports()).toHaveLength(taken ? 1 : 2);
  },
);

/** Two tabs of which the first one crashes. Its posts arrive only after the election of the second, as posts may. */
function createCrashingTabs(): {
  readonly tabs: TabCoordinator;
  readonly elect: () => void;
  readonly deliver: () => void;
} {
  const listeners: TabListener[] = [];
  const late: unknown[] = [];
  return {
    tabs: {
      join(_conversation, listener) {
        listeners.push(listener);
        const isFirst = listeners.length === 1;
        if (isFirst) queueMicrotask(() => listener.elected());
        return { post: (post) => void (isFirst && late.push(structuredClone(post))), leave: () => {} };
      },
    },
    elect: () => listeners[1]?.elected(),
    deliver: () => {
      for (const post of late.splice(0)) listeners[1]?.received(post);
    },
  };
}

interface CrashingTabs {
  readonly clock: VirtualClock;
  readonly crashed: InstantMessagingFlow;
  readonly crashedTransport: FakeTransport;
  readonly next: InstantMessagingFlow;
  readonly nextTransport: FakeTransport;
  readonly elect: () => void;
  readonly deliver: () => void;
}

async function openCrashingTabs(
  storageOfCrashed?: MessageStorage,
  storageOfNext = storageOfCrashed,
): Promise<CrashingTabs> {
  const { tabs, elect, deliver } = createCrashingTabs();
  const clock = createVirtualClock();
  const [crashedTransport, nextTransport] = [
    createFakeTransport({ autoAnswer: 'manual', notificationAnswer: 'manual' }),
    createFakeTransport({ autoAnswer: 'manual', notificationAnswer: 'manual' }),
  ];
  const open = (transport: FakeTransport, seed: string, storage?: MessageStorage): InstantMessagingFlow => {
    const random = createSeededRandom(seed);
    const stored = storage === undefined ? {} : { storage };
    const flow = createInstantMessagingFlow({ transport, remote: 'bo', clock, random, tabs, ...stored });
    flow.start();
    return flow;
  };
  const [crashed, next] = [open(crashedTransport, 'one', storageOfCrashed), open(nextTransport, 'two', storageOfNext)];
  await flushMicrotasks();
  return { clock, crashed, crashedTransport, next, nextTransport, elect, deliver };
}

it.each<[string, () => MessageStorage | undefined]>([
  ['is absent', () => undefined],
  ['cannot be written', () => ({ ...createMemoryStorage(), write: FULL })],
  ['cannot be read', () => ({ ...createMemoryStorage(), write: FULL, open: FULL })],
])('B117 messages that only the last leader knew are not lost where the storage %s', async (_state, storage) => {
  const { clock, crashed, crashedTransport, next, nextTransport, elect, deliver } = await openCrashingTabs(storage());
  const { id } = crashed.sendMessage('mine');
  crashedTransport.push(incoming('theirs'));
  await flushMicrotasks();
  const received: string[] = [];
  next.on('messageReceived', ({ message }) => received.push(message.id));
  elect();
  deliver();
  await clock.advance(60_000);
  expect(Array.from(next.messages.order)).toEqual(expect.arrayContaining(['theirs', id]));
  expect(received).toEqual(['theirs']);
  expect(next.store.getState().unreadCount).toBe(1);
  expect(nextTransport.messages.map(({ message }) => message.messageId)).toContain(id);
});

it('B117 a late post of the last leader is stored where the storage lacks it', async () => {
  const storage = createMemoryStorage();
  let works = true;
  let opened = 0;
  const written: string[] = [];
  const metas: unknown[] = [];
  const { crashed, crashedTransport, next, elect, deliver } = await openCrashingTabs(
    { ...storage, write: (...write) => (works ? storage.write(...write) : FULL()) },
    {
      ...storage,
      open(...conversation) {
        opened += 1;
        return storage.open(...conversation);
      },
      write(conversation, write) {
        written.push(...write.put.map(({ id }) => id));
        metas.push(write.meta);
        return storage.write(conversation, write);
      },
    },
  );
  const [displayed, stored] = [crashed.sendMessage('one').id, crashed.sendMessage('two').id];
  for (const index of [0, 1]) {
    await flushMicrotasks();
    crashedTransport.messages[index]?.accept();
  }
  await flushMicrotasks();
  works = false;
  crashedTransport.push({ type: 'notification', sender: 'bo', messageId: displayed, outcome: 'displayed', upTo: true });
  crashedTransport.push(incoming('theirs'));
  await flushMicrotasks();
  elect();
  await flushMicrotasks();
  expect(next.messages.get(displayed)?.status).toBe('sent');
  opened = 0;
  deliver();
  await flushMicrotasks();
  expect(opened).toBe(1);
  expect(written).toEqual(expect.arrayContaining([displayed, 'theirs']));
  expect(written).not.toContain(stored);
  expect(metas).toContainEqual(expect.objectContaining({ remoteDisplayedOrder: next.messages.get(displayed)?.order }));
});

it('B147 a late operation of the last leader is sent before a later one, whatever the clock says', async () => {
  const { clock, crashed, crashedTransport, next, nextTransport, elect, deliver } = await openCrashingTabs();
  for (const id of ['m1', 'm2']) crashedTransport.push(incoming(id));
  crashedTransport.setStatus({ state: 'offline' });
  await flushMicrotasks();
  crashed.react('m1', ['👍']);
  elect();
  deliver();
  await flushMicrotasks();
  nextTransport.setStatus({ state: 'offline' });
  const sent = nextTransport.operations.length;
  clock.setWallClock(clock.now() - 3_600_000);
  next.react('m2', ['👎']);
  nextTransport.setStatus({ state: 'online' });
  for (let index = 0; index < 2; index += 1) {
    await flushMicrotasks();
    nextTransport.operations.at(-1)?.accept();
  }
  await flushMicrotasks();
  expect(nextTransport.operations.slice(sent).map(({ operation }) => operation.target)).toEqual(['m1', 'm2']);
});

it('B143 B147 a late operation of the last leader on an unknown message waits for its message', async () => {
  const { crashedTransport, next, nextTransport, elect, deliver } = await openCrashingTabs();
  const head = { id: 'o1', target: 'm1', sequence: 1, sender: 'bo', kind: 'edit' } as const;
  crashedTransport.push({ type: 'operation', operation: { ...head, contentType: 'text/plain', body: 'new' } });
  await flushMicrotasks();
  elect();
  deliver();
  await flushMicrotasks();
  nextTransport.push(incoming('m1'));
  await flushMicrotasks();
  expect(next.messages.get('m1')?.body).toBe('new');
});

it('B74 a late post of the last leader lowers no status', async () => {
  const { crashed, crashedTransport, next, nextTransport, elect, deliver } =
    await openCrashingTabs(createMemoryStorage());
  const { id } = crashed.sendMessage('mine');
  await flushMicrotasks();
  crashedTransport.messages[0]?.accept();
  await flushMicrotasks();
  elect();
  await flushMicrotasks();
  nextTransport.push({ type: 'notification', sender: 'bo', messageId: id, outcome: 'displayed' });
  await flushMicrotasks();
  const statuses: string[] = [];
  next.on('messageStatusChanged', ({ message }) => statuses.push(message.status));
  deliver();
  await flushMicrotasks();
  expect(next.messages.get(id)?.status).toBe('displayed');
  expect(statuses).toEqual([]);
});

it.each([true, false])(
  'B98 B118 messages displayed in a tab that crashed are displayed in the next leader (reported: %s)',
  async (taken) => {
    const { clock, crashed, crashedTransport, next, nextTransport, elect, deliver } = await openCrashingTabs();
    crashedTransport.push(incoming('theirs'));
    await flushMicrotasks();
    crashed.markDisplayed('theirs');
    await clock.advance(DISPLAYED_DELAY);
    if (taken) for (const notification of crashedTransport.notifications) notification.accept();
    const { id } = crashed.sendMessage('mine');
    await flushMicrotasks();
    crashedTransport.messages[0]?.accept();
    crashedTransport.push({ type: 'notification', sender: 'bo', messageId: id, outcome: 'delivered' });
    await flushMicrotasks();
    const received: string[] = [];
    next.on('deliveryNotificationReceived', ({ messageId, outcome }) => received.push(`${messageId} ${outcome}`));
    elect();
    deliver();
    await clock.advance(DISPLAYED_DELAY);
    expect(next.store.getState().unreadCount).toBe(0);
    expect(received).toEqual([`${id} delivered`]);
    const reported = nextTransport.notifications.map(
      ({ notification: { messageId, outcome } }) => `${messageId} ${outcome}`,
    );
    // A receipt that the transport accepted may be sent again, which changes nothing for the participant (B112).
    if (!taken) expect(reported).toContain('theirs displayed');
  },
);

it('B85 a message that the user discarded in the last moment of a tab is not sent by the next leader', async () => {
  const { clock, crashed, crashedTransport, next, nextTransport, elect, deliver } = await openCrashingTabs();
  crashedTransport.setStatus({ state: 'offline' });
  const { id } = crashed.sendMessage('mine');
  crashed.discardMessage(id);
  elect();
  nextTransport.setStatus({ state: 'offline' });
  deliver();
  nextTransport.setStatus({ state: 'online' });
  await clock.advance(60_000);
  expect(next.messages.get(id)).toBeUndefined();
  expect(nextTransport.messages).toEqual([]);
});

it('B70 posts of two leaders that cross lower no status; a retry does', async () => {
  let follower: TabListener | undefined;
  const tabs: TabCoordinator = {
    join: (_conversation, listener) => {
      follower = listener;
      return { post: () => {}, leave: () => {} };
    },
  };
  const flow = createInstantMessagingFlow({
    transport: createFakeTransport(),
    remote: 'bo',
    clock: createVirtualClock(),
    random: createSeededRandom(1),
    tabs,
  });
  flow.start();
  await flushMicrotasks();
  const { id } = flow.sendMessage('mine');
  const record = flow.messages.get(id) as MessageRecord;
  const applyStatus = (status: MessageRecord['status']): string | undefined => {
    follower?.received({
      version: 2,
      kind: 'transaction',
      records: [{ ...record, status, timestamps: { [status]: 1 } }],
    });
    return flow.messages.get(id)?.status;
  };
  expect(
    ['failed', 'queued', 'sending', 'displayed', 'delivered', 'sent', 'queued'].map((status) =>
      applyStatus(status as never),
    ),
  ).toEqual(['failed', 'queued', 'sending', 'displayed', 'displayed', 'displayed', 'displayed']);
});
