import { createSeededRandom, createVirtualClock, flushMicrotasks, type VirtualClock } from '@imflow/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { bodies, createHeldStorage } from '../../../test/testFlow.ts';
import { TabBus } from '../../../test/tabBus.ts';
import { createInstantMessagingFlow } from '../../engine/createInstantMessagingFlow.ts';
import type { InstantMessagingFlow } from '../../engine/publicTypes.ts';
import type { MessageStorage } from '../../ports/storage.ts';
import { createMemoryStorage } from '../../storage/memory.ts';
import { createBroadcastChannelTransport } from './broadcastChannelTransport.ts';

let clock: VirtualClock;
let bus: TabBus;
let seed = 0;

function flowOf(address: string, remote: string, storage: MessageStorage): InstantMessagingFlow {
  seed += 1;
  const random = createSeededRandom(seed);
  const transport = createBroadcastChannelTransport({
    address,
    clock,
    random,
    page: new EventTarget(),
    createChannel: bus.create,
  });
  const flow = createInstantMessagingFlow({ transport, remote, storage, clock, random });
  flow.start();
  return flow;
}

async function advance(ms: number): Promise<void> {
  await clock.advance(ms);
  await flushMicrotasks();
}

beforeEach(() => {
  clock = createVirtualClock({ now: 1_700_000_000_000 });
  bus = new TabBus(clock);
});

describe('a message between tabs whose receiving tab crashes before it has stored the message', () => {
  it('B65 B67 B116 a message whose receiving tab crashes before it stores the message is not "sent", is posted again, and arrives in the next tab', async () => {
    const disk = createMemoryStorage();
    const held = createHeldStorage(disk, 'write');
    const ana = flowOf('ana', 'bo', createMemoryStorage());
    const first = flowOf('bo', 'ana', held.storage);
    await advance(100);
    const { id } = ana.sendMessage('hello');
    await advance(100);
    expect(bodies(first)).toEqual(['hello']);
    expect(ana.messages.get(id)?.status).toBe('sending');

    bus.killLast();
    const second = flowOf('bo', 'ana', disk);
    await advance(30_000);
    expect(bodies(second)).toEqual(['hello']);
    expect(ana.messages.get(id)?.status).toBe('delivered');
    expect(bus.kinds().filter((kind) => kind === 'message')).toHaveLength(2);
  });

  it('B92 a message that the receiving tab stores late is shown once', async () => {
    const held = createHeldStorage(createMemoryStorage(), 'write');
    const ana = flowOf('ana', 'bo', createMemoryStorage());
    const bo = flowOf('bo', 'ana', held.storage);
    await advance(100);
    const { id } = ana.sendMessage('hello');
    await advance(2_500);
    expect(ana.messages.get(id)?.status).toBe('sending');
    expect(ana.store.getState().remoteAvailable).toBe(true);
    await held.release();
    await advance(100);
    expect(ana.messages.get(id)).toMatchObject({ status: 'delivered', attempts: 1 });
    expect(bodies(bo)).toEqual(['hello']);
  });

  it('B116 a receiving tab whose storage never works shows the message once, with a storage error', async () => {
    const ana = flowOf('ana', 'bo', createMemoryStorage());
    const bo = flowOf('bo', 'ana', createHeldStorage(createMemoryStorage(), 'write').storage);
    await advance(100);
    const ids = ['one', 'two'].map((body) => ana.sendMessage(body).id);
    await advance(20_000);
    expect(ids.map((id) => ana.messages.get(id)?.status)).toEqual(['delivered', 'delivered']);
    expect(bodies(bo)).toEqual(['one', 'two']);
    expect(bo.store.getState().error?.code).toBe('storage');
  });
});
