import { createSeededRandom, createVirtualClock, flushMicrotasks, type VirtualClock } from '@imflow/testing';
import { beforeEach, expect, it } from 'vitest';
import { bodies } from '../../../test/testFlow.ts';
import { TabBus } from '../../../test/tabBus.ts';
import { createInstantMessagingFlow } from '../../engine/createInstantMessagingFlow.ts';
import type { InstantMessagingFlow } from '../../engine/publicTypes.ts';
import { createMemoryStorage } from '../../storage/memory.ts';
import { createBroadcastChannelTransport } from './broadcastChannelTransport.ts';

let clock: VirtualClock;
let bus: TabBus;
let seed = 0;

function open(address: string, remote: string): InstantMessagingFlow {
  seed += 1;
  const random = createSeededRandom(seed);
  const page = new EventTarget();
  const transport = createBroadcastChannelTransport({ address, clock, random, page, createChannel: bus.create });
  const flow = createInstantMessagingFlow({ transport, remote, storage: createMemoryStorage(), clock, random });
  flow.start();
  return flow;
}

async function advance(ms: number): Promise<void> {
  await clock.advance(ms);
  await flushMicrotasks();
}

beforeEach(() => {
  clock = createVirtualClock();
  bus = new TabBus(clock);
});

it.each([0, 1, 500, 1_500, 1_900, 1_999, 2_000, 2_001, 3_999, 10_000, 100_000])(
  'B180 a message that was sent while the participant was away is delivered once the participant opens a tab %i ms later',
  async (wait) => {
    const ana = open('ana', 'bo');
    await advance(0);
    const { id } = ana.sendMessage('hello');
    await advance(wait);
    const bo = open('bo', 'ana');
    await advance(1_000);
    expect(ana.messages.get(id)?.status).toBe('delivered');
    expect(bodies(bo)).toEqual(['hello']);
    await advance(10_000);
    expect(ana.store.getState().remoteAvailable).toBe(true);
    expect(bodies(bo)).toEqual(['hello']);
  },
);

it.each([500, 1_500, 1_900])(
  'B180 messages that two tabs sent each other while one opened %i ms after the other are delivered both ways',
  async (wait) => {
    const ana = open('ana', 'bo');
    const first = ana.sendMessage('from Ana').id;
    await advance(wait);
    const bo = open('bo', 'ana');
    const second = bo.sendMessage('from Bo').id;
    await advance(1_000);
    expect([ana.messages.get(first)?.status, bo.messages.get(second)?.status]).toEqual(['delivered', 'delivered']);
  },
);

it.each([1_000, 20_000, 3_600_000])(
  'B181 a tab that read nothing for %i ms and counted as away is found again though it sends nothing',
  async (wait) => {
    const ana = open('ana', 'bo');
    const bo = open('bo', 'ana');
    await advance(0);
    // Frames to a page in the back-forward cache are lost: it neither receives nor responds, without notice.
    const restore = bus.loseFramesOfLast();
    const { id } = ana.sendMessage('hello');
    await advance(2_000 + wait);
    expect(ana.store.getState().remoteAvailable).toBe(false);
    restore();
    await advance(35_000);
    expect(ana.messages.get(id)?.status).toBe('delivered');
    expect(bodies(bo)).toEqual(['hello']);
    expect(ana.store.getState().remoteAvailable).toBe(true);
  },
);

it('B181 a tab asks for presence at growing intervals of at most 30 s, until its conversation is closed', async () => {
  const ana = open('ana', 'bo');
  const asked: number[] = [];
  for (let second = 0; second < 300; second += 1) {
    const before = bus.kinds().filter((kind) => kind === 'hello').length;
    await advance(1_000);
    if (bus.kinds().filter((kind) => kind === 'hello').length > before) asked.push(second);
  }
  const gaps = asked.slice(1).map((time, index) => time - (asked[index] ?? 0));
  expect(gaps).toEqual(gaps.toSorted((one, other) => one - other));
  expect(gaps.at(-1)).toBeGreaterThan(20);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(32);
  ana.terminate();
  await advance(0);
  expect(clock.pending).toBe(0);
});
