import { createFakeTransport, createSeededRandom, createVirtualClock, flushMicrotasks } from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { createSendingFlow, incoming } from '../../test/testFlow.ts';
import { createInstantMessagingFlow } from '../engine/createInstantMessagingFlow.ts';
import type { InstantMessagingFlow } from '../engine/publicTypes.ts';
import { FlowError } from '../errors/FlowError.ts';
import type { MessageStorage } from '../ports/storage.ts';
import type { TabCoordinator, TabListener } from '../ports/tabs.ts';
import { DISPLAYED_DELAY } from '../receipts/machine.ts';
import { createMemoryStorage } from '../storage/index.ts';

interface Outdated {
  readonly storage: MessageStorage;
  /** Whether every call rejects from now on. */
  readonly setOutdated: (outdated: boolean) => void;
  /** Notifies the subscribers that the storage is outdated. */
  readonly announce: () => void;
  readonly listeners: ReadonlySet<() => void>;
}

function createOutdatedStorage(): Outdated {
  const inner = createMemoryStorage();
  const listeners = new Set<() => void>();
  let outdated = false;
  async function call<T>(work: () => Promise<T>): Promise<T> {
    if (outdated) throw new FlowError('outdated', 'The database is of a newer version.');
    return work();
  }
  return {
    storage: {
      open: (...given) => call(() => inner.open(...given)),
      loadBefore: (...given) => call(() => inner.loadBefore(...given)),
      find: (...given) => call(() => inner.find(...given)),
      write: (...given) => call(() => inner.write(...given)),
      onOutdated(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
    setOutdated: (value) => void (outdated = value),
    announce: () => {
      for (const listener of listeners) listener();
    },
    listeners,
  };
}

const sentNotifications = ({
  notifications,
}: {
  readonly notifications: readonly { notification: unknown }[];
}): unknown[] => notifications.map(({ notification }) => notification);

describe('a page whose storage belongs to a newer version of the application', () => {
  it('B300 an outdated page shows and sends messages, and sends no receipts until the storage works', async () => {
    const { storage, setOutdated } = createOutdatedStorage();
    const { flow, transport, clock, push } = await createSendingFlow({ storage });
    setOutdated(true);
    await push(incoming('m1'));
    flow.markDisplayed('m1');
    await clock.advance(60_000);
    const { id } = flow.sendMessage('mine');
    await clock.advance(1_000);
    expect(flow.messages.get('m1')?.body).toBe('m1');
    expect(flow.store.getState()).toMatchObject({ unreadCount: 0, error: { code: 'outdated' } });
    expect(transport.messages.map(({ message }) => message.messageId)).toEqual([id]);
    expect(sentNotifications(transport)).toEqual([]);
    setOutdated(false);
    await clock.advance(60_000);
    expect(flow.store.getState().error).toBeUndefined();
    expect(sentNotifications(transport)).toMatchObject([
      { messageId: 'm1', outcome: 'delivered' },
      { messageId: 'm1', outcome: 'displayed' },
    ]);
  });

  it('B300 a page that was outdated when it was opened sends no receipts, also after the participant returned', async () => {
    const { storage, setOutdated } = createOutdatedStorage();
    setOutdated(true);
    const { flow, transport, clock, push } = await createSendingFlow({ storage });
    await push(incoming('m1'));
    await push({ type: 'participant', address: 'bo', change: 'unavailable' });
    await push({ type: 'participant', address: 'bo', change: 'available' });
    transport.setStatus({ state: 'offline' });
    transport.setStatus({ state: 'online' });
    flow.markDisplayed('m1');
    await clock.advance(60_000);
    expect(flow.store.getState().error?.code).toBe('outdated');
    expect(sentNotifications(transport)).toEqual([]);
  });

  it('B300 an outdated page reports no success of a message that the application consumed elsewhere', async () => {
    const { storage, setOutdated } = createOutdatedStorage();
    const template = { messageConsumptionMode: 'proxied-to-remote-entity' } as const;
    const { flow, transport, clock, push } = await createSendingFlow({ storage, template });
    setOutdated(true);
    await push(incoming('m1'));
    flow.sendSuccessDeliveryNotification('m1');
    await clock.advance(20_000);
    expect(sentNotifications(transport)).toEqual([]);
  });

  it('B300 a page learns that it is outdated as soon as the storage reports it, without a write, and unsubscribes at its end', async () => {
    const { storage, announce, listeners } = createOutdatedStorage();
    const { flow, transport, clock, push, diagnostics } = await createSendingFlow({ storage });
    await push(incoming('m1'));
    expect(sentNotifications(transport)).toHaveLength(1);
    announce();
    expect(flow.store.getState().error?.code).toBe('outdated');
    expect(diagnostics).toEqual(['storage-outdated']);
    // The upgrade may have failed: receipts for stored messages can be sent.
    flow.markDisplayed('m1');
    await clock.advance(DISPLAYED_DELAY);
    await flushMicrotasks();
    expect(flow.store.getState().error).toBeUndefined();
    expect(sentNotifications(transport)).toHaveLength(2);
    flow.terminate();
    expect(listeners.size).toBe(0);
  });

  it('B300 the engine continues if the storage throws when the engine subscribes', async () => {
    const storage: MessageStorage = {
      ...createMemoryStorage(),
      onOutdated: () => {
        throw new Error('not today');
      },
    };
    const { flow, push, transport } = await createSendingFlow({ storage });
    await push(incoming('m1'));
    expect(flow.store.getState().error).toBeUndefined();
    expect(sentNotifications(transport)).toHaveLength(1);
  });
});

/** Tabs of which the first in the queue leads; posts arrive at once. */
function createQueue(): TabCoordinator {
  const queue: TabListener[] = [];
  return {
    join(_conversation, listener) {
      queue.push(listener);
      if (queue.length === 1) queueMicrotask(() => listener.elected());
      return {
        post: (post) => {
          for (const other of queue) if (other !== listener) other.received(structuredClone(post));
        },
        leave: () => {
          const led = queue[0] === listener;
          queue.splice(queue.indexOf(listener), 1);
          if (led) queueMicrotask(() => queue[0]?.elected());
        },
      };
    },
  };
}

describe('tabs of two versions', () => {
  function createOpener() {
    const [tabs, clock] = [createQueue(), createVirtualClock()];
    return (storage: MessageStorage, seed: string) => {
      const transport = createFakeTransport();
      let opened = 0;
      const openChannel = transport.openChannel.bind(transport);
      transport.openChannel = (...given) => {
        opened += 1;
        return openChannel(...given);
      };
      const flow: InstantMessagingFlow = createInstantMessagingFlow({
        transport,
        remote: 'bo',
        clock,
        random: createSeededRandom(seed),
        storage,
        tabs,
      });
      flow.start();
      return { transport, flow, openings: () => opened };
    };
  }

  it('B300 an outdated leader passes the leadership to a tab that can store, past other outdated tabs', async () => {
    const open = createOpener();
    const [first, second] = [createOutdatedStorage(), createOutdatedStorage()];
    const old = open(first.storage, 'one');
    const waiting = open(second.storage, 'two');
    await flushMicrotasks();
    for (const { setOutdated, announce } of [first, second]) {
      setOutdated(true);
      announce();
    }
    const fresh = open(createMemoryStorage(), 'three');
    await flushMicrotasks();
    fresh.transport.push(incoming('m1'));
    await flushMicrotasks();
    expect(sentNotifications(fresh.transport)).toMatchObject([{ messageId: 'm1', outcome: 'delivered' }]);
    expect([old, waiting].map(({ flow }) => flow.messages.get('m1')?.body)).toEqual(['m1', 'm1']);
    expect([old, waiting].map(({ flow }) => flow.store.getState().error?.code)).toEqual(['outdated', 'outdated']);
  });

  it('B300 outdated tabs do not pass the leadership among themselves forever', async () => {
    const open = createOpener();
    const storages = [createOutdatedStorage(), createOutdatedStorage()] as const;
    const flows = storages.map(({ storage }, index) => open(storage, `tab ${index}`));
    await flushMicrotasks();
    for (const { setOutdated, announce } of storages) {
      setOutdated(true);
      announce();
    }
    for (const seed of ['late', 'later']) {
      const late = createOutdatedStorage();
      late.setOutdated(true);
      flows.push(open(late.storage, seed));
      for (let round = 0; round < 50; round += 1) await flushMicrotasks();
    }
    // The newest tab leads. The next tab receives posts only from tabs that are outdated too.
    flows.at(-1)?.flow.terminate();
    for (let round = 0; round < 50; round += 1) await flushMicrotasks();
    expect(flows.reduce((sum, { openings }) => sum + openings(), 0)).toBeLessThan(8);
  });
});
