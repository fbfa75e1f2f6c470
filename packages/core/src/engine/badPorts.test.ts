import { createFakeTransport, createSeededRandom, createVirtualClock, flushMicrotasks } from '@imflow/testing';
import type { FakeTransport, VirtualClock } from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { bodies, incoming } from '../../test/testFlow.ts';
import type { MessageStorage } from '../ports/storage.ts';
import type { TabCoordinator, TabListener } from '../ports/tabs.ts';
import type { Transport } from '../ports/transport.ts';
import { createMemoryStorage } from '../storage/memory.ts';
import { createInstantMessagingFlow } from './createInstantMessagingFlow.ts';
import type { InstantMessagingFlow } from './publicTypes.ts';

interface FlowUnderTest {
  readonly flow: InstantMessagingFlow;
  readonly clock: VirtualClock;
  readonly events: readonly string[];
}

function createFlow(
  transport: Transport,
  ports: { storage?: MessageStorage; tabs?: TabCoordinator } = {},
): FlowUnderTest {
  const clock = createVirtualClock();
  const random = createSeededRandom(1);
  const flow = createInstantMessagingFlow({ transport, remote: 'bo', clock, random, ...ports });
  const events: string[] = [];
  flow.on('stateChanged', ({ previousState, state }) => events.push(`${previousState}→${state}`));
  flow.on('diagnostic', ({ code }) => events.push(code));
  return { flow, clock, events };
}

const cause = new Error('not today');

function refuse(): never {
  throw cause;
}

/** What a transport may do wrong when it is opened. */
const BROKEN: readonly (readonly [string, Partial<Transport>])[] = [
  ['throws in openChannel', { openChannel: refuse }],
  ['returns no channel', { openChannel: () => undefined as never }],
  ['throws in subscribe', { subscribe: refuse }],
  ['throws in connect', { connect: refuse }],
];

/** Replaces methods of the fake; its counters are still read from the fake itself. */
function broken(fake: FakeTransport, change: Partial<Transport>): Transport {
  return { ...fake, ...change };
}

describe('a broken transport', () => {
  it.each(BROKEN)(
    'B5 a transport that %s ends the flow with a clear error, and its listeners are removed',
    (_what, change) => {
      const fake = createFakeTransport();
      const { flow, clock, events } = createFlow(broken(fake, change));
      expect(() => flow.start()).not.toThrow();
      expect(events).toEqual(['transport-failed', 'idle→terminated']);
      const { state, error } = flow.store.getState();
      expect(state).toBe('terminated');
      expect(error).toMatchObject({ name: 'FlowError', code: 'configuration' });
      expect(error?.cause).toBeInstanceOf(Error);
      expect(clock.pending).toBe(0);
      expect([fake.openChannels, fake.subscribers]).toEqual([0, 0]);
      flow.terminate();
      expect(events).toHaveLength(2);
    },
  );

  it.each(BROKEN)('B13 a transport that %s loses no stored message', async (_what, change) => {
    const storage = createMemoryStorage();
    const first = createFlow(createFakeTransport({ autoAnswer: 'manual' }), { storage });
    first.flow.start();
    const { id } = first.flow.sendMessage('kept');
    await flushMicrotasks();
    first.flow.terminate();

    createFlow(broken(createFakeTransport(), change), { storage }).flow.start();
    await flushMicrotasks();

    const fake = createFakeTransport();
    const { flow } = createFlow(fake, { storage });
    flow.start();
    await flushMicrotasks();
    expect(fake.wire).toEqual(['message:kept']);
    expect(flow.messages.get(id)?.status).toBe('sent');
  });

  it('B17 a transport that throws once works again for the next flow', () => {
    const fake = createFakeTransport();
    let fails = true;
    const transport = broken(fake, {
      subscribe: (listener) => (fails ? refuse() : fake.subscribe(listener)),
    });
    createFlow(transport).flow.start();
    fails = false;
    const { flow } = createFlow(transport);
    flow.start();
    expect(flow.store.getState()).toMatchObject({ state: 'active', connection: 'online' });
    flow.terminate();
    expect([fake.connects, fake.disconnects]).toEqual([1, 1]);
  });

  it('B4 the flow terminates and releases a transport whose methods throw at the end', () => {
    const fake = createFakeTransport();
    const { flow, clock } = createFlow(
      broken(fake, {
        subscribe: () => refuse,
        openChannel: (...given) => ({ ...fake.openChannel(...given), close: refuse }),
      }),
    );
    flow.start();
    expect(() => flow.terminate()).not.toThrow();
    expect(flow.store.getState().state).toBe('terminated');
    expect(fake.disconnects).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it('B115 a tab whose transport cannot be opened passes the leadership to a different tab', () => {
    const left: string[] = [];
    let listener: TabListener | undefined;
    const tabs: TabCoordinator = {
      join(_conversation, own) {
        listener = own;
        return { post: () => {}, leave: () => void left.push('left') };
      },
    };
    const { flow, events } = createFlow(broken(createFakeTransport(), { openChannel: refuse }), { tabs });
    flow.start();
    flow.sendMessage('hello');
    listener?.elected();
    expect(events).toEqual(['transport-failed', 'idle→terminated']);
    expect(left).toEqual(['left']);
  });
});

describe('a broken tab coordinator', () => {
  it.each([
    ['throws in join', refuse],
    ['returns no membership', () => undefined as never],
  ])('B88 with a tab coordinator that %s, the tab leads alone', async (_what, join) => {
    const fake = createFakeTransport();
    const storage = createMemoryStorage();
    const { flow, events } = createFlow(fake, { tabs: { join }, storage });
    expect(() => flow.start()).not.toThrow();
    await flushMicrotasks();
    const { settled } = flow.sendMessage('mine', { waitForDeliveryNotification: false });
    await flushMicrotasks();
    fake.push(incoming('theirs'));
    await flushMicrotasks();
    expect(bodies(flow)).toEqual(['mine', 'theirs']);
    expect(fake.wire).toEqual(['message:mine', 'delivered:theirs']);
    expect((await settled).status).toBe('sent');
    flow.terminate();
    expect(events).toEqual(['tabs-unavailable', 'idle→active', 'active→terminated']);
    expect(fake.openChannels).toBe(0);
  });

  it('B88 a tab whose coordinator elects it and then throws becomes the leader once', () => {
    const fake = createFakeTransport();
    const join: TabCoordinator['join'] = (_conversation, listener) => {
      listener.elected();
      return refuse();
    };
    const { flow } = createFlow(fake, { tabs: { join } });
    flow.start();
    expect(fake.openChannels).toBe(1);
    flow.terminate();
    expect(fake.openChannels).toBe(0);
  });
});
