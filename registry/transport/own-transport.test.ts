import { type Channel, createInstantMessagingFlow, type Transport, TransportFailure } from '@imflow/core';
import { createMemoryStorage } from '@imflow/core/storage';
import { type ConformancePair, createVirtualClock, transportConformance, type VirtualClock } from '@imflow/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMemoryBackend, type MemoryBackend } from './memoryBackend.ts';
import { createOwnTransport } from './own-transport.ts';

/** Advances the clock in steps. After each step, streams and promises finish their work. */
async function advance(clock: VirtualClock, duration: number, step = 10): Promise<void> {
  for (let passed = 0; passed < duration; passed += step) {
    await clock.advance(step);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function setup(): { clock: VirtualClock; backend: MemoryBackend; connect(address: string): Transport } {
  const clock = createVirtualClock();
  const backend = createMemoryBackend(clock, 10);
  const connect = (address: string): Transport =>
    createOwnTransport({
      url: 'https://backend.example',
      address,
      token: async () => address,
      fetch: backend.fetch,
      clock,
    });
  return { clock, backend, connect };
}

function pair(): ConformancePair {
  const { clock, backend, connect } = setup();
  return {
    ana: connect('ana'),
    bo: connect('bo'),
    settle: () => advance(clock, 200),
    cut: (address) => backend.setOnline(address, false),
    restore: (address) => backend.setOnline(address, true),
  };
}

describe('own-transport.ts conforms', () => {
  for (const { name, run } of transportConformance(pair)) it(name, run);
});

describe('own-transport.ts', () => {
  it('a page that is opened again receives the messages and receipts that it missed', async () => {
    const { clock, connect } = setup();
    const storage = createMemoryStorage();
    const open = (local: string, remote: string) => {
      const flow = createInstantMessagingFlow({ transport: connect(local), remote, storage, clock });
      onTestFinished(() => flow.terminate());
      flow.start();
      return flow;
    };
    const first = open('ana', 'bo');
    first.sendMessage('Are you there?');
    await advance(clock, 500);
    first.terminate();
    const bo = open('bo', 'ana');
    await advance(clock, 500);
    bo.markDisplayed(bo.messages.order[0] ?? '');
    bo.sendMessage('Now I am.');
    await advance(clock, 2_000, 50);
    const again = open('ana', 'bo');
    await advance(clock, 500);
    const shown = Array.from(again.messages.order, (id) => again.messages.get(id));
    expect(shown.map((message) => [message?.body, message?.status])).toEqual([
      ['Are you there?', 'displayed'],
      ['Now I am.', 'delivered'],
    ]);
  });

  it('a participant who writes first is announced, and the message waits until the conversation is open', async () => {
    const { clock, backend } = setup();
    const incoming: string[] = [];
    const onIncomingConversation = (remote: string) => void incoming.push(remote);
    const [ana, bo] = ['ana', 'bo'].map((address) =>
      createOwnTransport({
        url: 'https://backend.example',
        address,
        token: async () => address,
        fetch: backend.fetch,
        clock,
        onIncomingConversation,
      }),
    ) as [Transport, Transport];
    const flow = (transport: Transport, remote: string) => {
      const created = createInstantMessagingFlow({ transport, remote, clock });
      onTestFinished(() => created.terminate());
      created.start();
      return created;
    };
    bo.connect();
    const anas = flow(ana, 'bo');
    anas.sendMessage('Hello Bo');
    await advance(clock, 500);
    expect(incoming).toEqual(['ana']);
    const bos = flow(bo, 'ana');
    await advance(clock, 500);
    expect(Array.from(bos.messages.order, (id) => bos.messages.get(id)?.body)).toEqual(['Hello Bo']);
    expect(Array.from(anas.messages.order, (id) => anas.messages.get(id)?.status)).toEqual(['delivered']);
  });

  it('the transport reopens a connection that is silent for 45 seconds', async () => {
    const { clock, backend, connect } = setup();
    const ana = connect('ana');
    const states: string[] = [];
    ana.subscribe(() => states.push(ana.getStatus().state));
    ana.connect();
    await advance(clock, 50);
    await clock.advance(45_000);
    await advance(clock, 600);
    expect(states).toEqual(['connecting', 'online', 'connecting', 'online']);
    expect(backend.requests).toEqual(['ana GET events', 'ana GET events']);
    ana.disconnect();
  });

  it('the transport repeats failed attempts at growing intervals, of at most 30 seconds', async () => {
    const { clock, backend } = setup();
    let attempts = 0;
    const ana = createOwnTransport({
      url: 'https://backend.example',
      address: 'ana',
      token: async () => 'ana',
      clock,
      fetch(...request) {
        attempts += 1;
        return backend.fetch(...request);
      },
    });
    backend.setOnline('ana', false);
    ana.connect();
    await advance(clock, 120_000, 50);
    expect(attempts).toBeGreaterThan(6);
    expect(attempts).toBeLessThan(20);
    backend.setOnline('ana', true);
    await advance(clock, 30_050, 50);
    expect(ana.getStatus().state).toBe('online');
    ana.disconnect();
    expect(clock.pending).toBe(0);
  });

  it('requests without an answer fail as retryable when their channel or the connection is closed', async () => {
    const { clock, backend } = setup();
    const ana = createOwnTransport({
      url: 'https://backend.example',
      address: 'ana',
      token: async () => 'ana',
      clock,
      fetch: (url, init) => (url.endsWith('/composing') ? new Promise(() => {}) : backend.fetch(url, init)),
    });
    ana.connect();
    const [first, second] = ['bo', 'cy'].map((remote) => ana.openChannel(remote, () => {})) as [Channel, Channel];
    await advance(clock, 50);
    const composing = { state: 'composing', frameSequence: { session: 'one', sequence: 1 } } as const;
    const failures: string[] = [];
    const fails = (who: string) => (error: unknown) => {
      if (error instanceof TransportFailure && error.retryable) failures.push(who);
    };
    first.sendComposing(composing).catch(fails('bo'));
    second.sendComposing(composing).catch(fails('cy'));
    await advance(clock, 50);
    first.close();
    await advance(clock, 50);
    expect(failures).toEqual(['bo']);
    ana.disconnect();
    await advance(clock, 50);
    expect(failures).toEqual(['bo', 'cy']);
  });

  it('a refused token closes the transport permanently', async () => {
    const { clock, backend, connect } = setup();
    backend.refused.add('ana');
    const ana = connect('ana');
    ana.connect();
    await advance(clock, 50);
    expect(ana.getStatus()).toMatchObject({ state: 'closed', error: { code: 'refused' } });
    await advance(clock, 60_000, 1_000);
    expect(backend.requests).toEqual(['ana GET events']);
    expect(clock.pending).toBe(0);
  });
});
