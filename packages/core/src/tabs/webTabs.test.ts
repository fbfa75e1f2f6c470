import { createSeededRandom, createVirtualClock, flushMicrotasks, type VirtualClock } from '@imflow/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { bodies } from '../../test/testFlow.ts';
import { TabBus } from '../../test/tabBus.ts';
import { createInstantMessagingFlow } from '../engine/createInstantMessagingFlow.ts';
import type { InstantMessagingFlow } from '../engine/publicTypes.ts';
import { FlowError } from '../errors/FlowError.ts';
import type { MessageStorage } from '../ports/storage.ts';
import { createMemoryStorage } from '../storage/index.ts';
import { createLoopbackNetwork, type LoopbackNetwork } from '../transports/index.ts';
import { FakeLocks } from '../../test/fakeLocks.ts';
import { createWebLocksTabCoordinator } from './webTabs.ts';

let clock: VirtualClock;
let bus: TabBus;
let locks: FakeLocks;
let network: LoopbackNetwork;
let storage: MessageStorage;
/** Messages that reached the server, by id. */
let carried: string[];
let seed = 0;

beforeEach(() => {
  clock = createVirtualClock();
  bus = new TabBus(clock);
  locks = new FakeLocks();
  storage = createMemoryStorage();
  carried = [];
  network = createLoopbackNetwork({ clock, random: createSeededRandom(1) });
  network.onFrame(({ hop, kind, outcome, messageId }) => {
    if (hop === 'to-server' && kind === 'message' && outcome === 'delivered') carried.push(messageId ?? '');
  });
  vi.stubGlobal('navigator', { locks });
  vi.stubGlobal('BroadcastChannel', function BroadcastChannel() {
    return bus.create();
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

async function open(address: string, remote: string): Promise<InstantMessagingFlow> {
  seed += 1;
  const flow = createInstantMessagingFlow({
    transport: network.connect(address),
    remote,
    clock,
    random: createSeededRandom(seed),
    ...(address === 'ana' ? { storage, tabs: createWebLocksTabCoordinator({ clock }) } : {}),
  });
  flow.start();
  await clock.advance(100);
  return flow;
}

it('B183 a leader that hangs is replaced: messages of another tab are sent, and the former leader follows', async () => {
  const first = await open('ana', 'bo');
  // While a dialog blocks the tab, its frames and the callbacks of its lock wait.
  const goOn = bus.freezeLast();
  locks.freezeHolder();
  const second = await open('ana', 'bo');
  const bo = await open('bo', 'ana');
  const { id } = second.sendMessage('from the second');
  await clock.advance(6_000);
  expect(bodies(bo)).toEqual(['from the second']);
  expect(second.messages.get(id)?.status).toBe('delivered');

  await clock.advance(45_000);
  goOn();
  locks.thaw();
  await clock.advance(1_000);
  expect(first.messages.get(id)?.status).toBe('delivered');
  expect(first.store.getState().connection).toBe('online');
  const { id: later } = first.sendMessage('from the first');
  bo.sendMessage('an answer');
  await clock.advance(1_000);
  expect(bodies(bo)).toEqual(['from the second', 'from the first', 'an answer']);
  expect(bodies(first)).toEqual(bodies(second));
  expect(first.messages.get(later)?.status).toBe('delivered');
  expect(carried.length).toBe(new Set(carried).size);
  for (const flow of [first, second, bo]) flow.terminate();
  await clock.advance(0);
  expect(clock.pending).toBe(0);
});

it('B183 a tab that only reads takes over as well, so that messages arrive', async () => {
  await open('ana', 'bo');
  const second = await open('ana', 'bo');
  const goOn = bus.freezeFirst();
  locks.freezeHolder();
  const bo = await open('bo', 'ana');
  network.setOnline('ana', true);
  bo.sendMessage('are you there?');
  await clock.advance(25_000);
  const { id } = second.sendMessage('I am');
  await clock.advance(1_000);
  expect(second.messages.get(id)?.status).toBe('delivered');
  expect(bodies(second)).toContain('are you there?');
  goOn();
  locks.thaw();
});

it('B183 a leader that responds is never replaced, and neither is one after all tabs slept', async () => {
  const tabs = [await open('ana', 'bo'), await open('ana', 'bo'), await open('ana', 'bo')];
  await open('bo', 'ana');
  await clock.advance(600_000);
  await clock.sleep(3_600_000);
  for (const flow of tabs) flow.sendMessage('hello');
  await clock.advance(60_000);
  expect(locks.stolen).toBe(0);
  for (const flow of tabs) expect(bodies(flow)).toHaveLength(3);
});

it('B183 a message in flight in a leader that hung is sent once more by the next one, and arrives once', async () => {
  const bo = await open('bo', 'ana');
  const first = await open('ana', 'bo');
  const second = await open('ana', 'bo');
  network.setFaults({ delay: 3_000 }, 'ana');
  const { id } = first.sendMessage('in flight');
  await clock.advance(100);
  const goOn = bus.freezeFirst();
  locks.freezeHolder();
  second.sendMessage('behind it');
  await clock.advance(60_000);
  goOn();
  locks.thaw();
  await clock.advance(60_000);
  expect(bodies(bo)).toEqual(['in flight', 'behind it']);
  expect([first, second].map((flow) => flow.messages.get(id)?.status)).toEqual(['delivered', 'delivered']);
  expect(bodies(first)).toEqual(bodies(second));
});

it.each([
  ['refuses a lock', () => Promise.reject(new DOMException('The operation is insecure.', 'SecurityError'))],
  [
    'throws for a lock',
    () => {
      throw new DOMException('The document is not active.', 'InvalidStateError');
    },
  ],
  ['never grants or refuses a lock', () => new Promise(() => undefined)],
])('B184 the tab leads alone where the host %s, as in a sandboxed frame', async (_title, request) => {
  vi.stubGlobal('navigator', { locks: { request } });
  const ana = await open('ana', 'bo');
  const bo = await open('bo', 'ana');
  const { id } = ana.sendMessage('hello');
  await clock.advance(45_000);
  expect(ana.messages.get(id)?.status).toBe('delivered');
  expect(bodies(bo)).toEqual(['hello']);
});

it.each([
  ['has no locks', { locks: undefined }],
  [
    'throws when it is asked for locks',
    Object.defineProperty({}, 'locks', {
      get() {
        throw new DOMException('No.', 'SecurityError');
      },
    }),
  ],
])('B184 the tab leads alone at once where the host %s', async (_title, host) => {
  vi.stubGlobal('navigator', host);
  const ana = await open('ana', 'bo');
  expect(ana.store.getState().connection).toBe('online');
});

it('B184 the tab leads alone at once where no channel can be created', async () => {
  vi.stubGlobal('BroadcastChannel', function BroadcastChannel() {
    throw new DOMException('No.', 'SecurityError');
  });
  const ana = await open('ana', 'bo');
  expect(ana.store.getState().connection).toBe('online');
  await flushMicrotasks();
});

it.each([
  [{ name: '' }, 'invalid-argument', 'name'],
  [{ leaderTimeout: 999 }, 'out-of-range', 'leaderTimeout is 999, but must be a number from 1000 to 60000 ms.'],
  [{ leaderTimeout: Number.NaN }, 'out-of-range', 'leaderTimeout is NaN'],
])('createWebLocksTabCoordinator refuses %o', (options, code, message) => {
  const create = (): unknown => createWebLocksTabCoordinator(options);
  expect(create).toThrow(FlowError);
  expect(create).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) as unknown }));
});
