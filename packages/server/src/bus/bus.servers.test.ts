import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { hasNats, type NatsServer, startNats } from '../../test/server/nats.mjs';
import { hasPostgres, type PostgresServer, startPostgres } from '../../test/server/postgres.mjs';
import { message, type RawClient, signIn } from '../../test/rawClient.ts';
import { startServer, type StartedServer } from '../../test/startServer.ts';
import { type Bus, createChatServer, createMemoryBus, createMemoryStore, type Store } from '../index.ts';
import { createNatsBus } from '../nats.ts';
import { createPostgresBus, createPostgresStore } from '../postgres.ts';

let nodes: StartedServer[] = [];
afterEach(async () => {
  await Promise.all(nodes.map((node) => node.close()));
  nodes = [];
  vi.useRealTimers();
});

/** Two nodes that share a store, and a user of each who has the conversation with the other one open. */
async function twoNodes(
  store: () => Store,
  bus: () => Bus,
  refreshInterval = 10_000,
): Promise<{ ana: RawClient; bo: RawClient }> {
  for (let count = 0; count < 2; count += 1) {
    nodes.push(await startServer({ store: store(), bus: bus(), refreshInterval }));
  }
  const [ana, bo] = [await signIn(nodes[0]!.url, 'ana'), await signIn(nodes[1]!.url, 'bo')];
  await ana.ask({ type: 'open', with: 'bo' });
  await bo.ask({ type: 'open', with: 'ana' });
  // The nodes know of each other.
  await ana.next((frame) => frame.type === 'presence' && frame.available);
  return { ana, bo };
}

async function receivesMessage(client: RawClient, body: string): Promise<void> {
  const has = (frame: unknown): boolean => JSON.stringify(frame).includes(body);
  await client.next((frame) => frame.type === 'entries' && has(frame.entries));
}

let postgres: PostgresServer | undefined;
let nats: NatsServer | undefined;
beforeAll(async () => {
  if (hasPostgres()) postgres = await startPostgres();
  if (hasNats()) nats = await startNats();
}, 60_000);
afterAll(async () => {
  await postgres?.stop();
  await nats?.kill();
});

const memory = createMemoryStore();
const memoryBus = createMemoryBus();
const KINDS: readonly [name: string, isInstalled: boolean, store: () => Store, bus: () => Bus][] = [
  ['memory', true, () => memory, () => memoryBus],
  [
    'PostgreSQL',
    hasPostgres(),
    () => createPostgresStore({ connectionString: postgres!.connectionString }),
    () => createPostgresBus({ connectionString: postgres!.connectionString }),
  ],
  ['NATS', hasNats(), () => memory, () => createNatsBus({ connection: { servers: nats!.url } })],
];

describe.each(KINDS)('two nodes that are joined by %s', (name, isInstalled, store, bus) => {
  it.skipIf(!isInstalled)(
    'B295 two nodes carry messages, receipts, composing and presence to each other at once',
    async () => {
      const { ana, bo } = await twoNodes(store, bus);
      const hello = message('bo', `hello by ${name}`);
      await ana.ask(hello);
      await receivesMessage(bo, hello['body'] as string);
      await bo.ask({ type: 'receipt', to: 'ana', id: hello.id, outcome: 'delivered' });
      await ana.next((frame) => frame.type === 'entries' && frame.receipts.some(({ id }) => id === hello.id));
      bo.say({ type: 'composing', to: 'ana', state: 'composing', refresh: 60_000 });
      expect(await ana.next(({ type }) => type === 'composing')).toMatchObject({ with: 'bo', state: 'composing' });
      bo.socket.close();
      await ana.next((frame) => frame.type === 'presence' && frame.lastSeen !== undefined);
    },
  );

  it.skipIf(!isInstalled)(
    'B295 two nodes keep a device once: its older socket on the other node receives the reason',
    async () => {
      const { ana } = await twoNodes(store, bus);
      const moved = await signIn(nodes[1]!.url, 'ana');
      expect(await ana.next(({ type }) => type === 'refused')).toMatchObject({ code: 409, retryable: true });
      expect(await moved.ask({ type: 'ping' })).toMatchObject({ type: 'pong' });
    },
  );
});

/** Stops the intervals at which nodes read the store again. */
function stopIntervals(): void {
  vi.useFakeTimers({ toFake: ['setInterval'] });
}

/** A bus that loses every message, as any bus may do. */
const lossyBus: Bus = { join: () => ({ publish() {}, leave: async () => undefined }) };

describe('a bus that loses messages', () => {
  it('B296 a message whose hint the bus lost is delayed to the next reading, also in a conversation that is not open', async () => {
    const store = createMemoryStore();
    const [one, two] = [
      await startServer({ store, bus: lossyBus, refreshInterval: 100 }),
      await startServer({ store, bus: lossyBus, refreshInterval: 100 }),
    ];
    nodes.push(one, two);
    const [ana, bo, cy] = [await signIn(one.url, 'ana'), await signIn(two.url, 'bo'), await signIn(two.url, 'cy')];
    await bo.ask({ type: 'open', with: 'ana' });
    await ana.ask(message('bo', 'lost by the bus'));
    await ana.ask(message('cy', 'lost too'));
    await receivesMessage(bo, 'lost by the bus');
    expect(await cy.next(({ type }) => type === 'waiting')).toEqual({ type: 'waiting', with: 'ana' });
  });

  it.skipIf(!hasPostgres())(
    'B296 messages of a bus whose connection was cut are delivered after the reconnect',
    async () => {
      stopIntervals();
      const connectionString = postgres!.connectionString;
      const { ana, bo } = await twoNodes(
        () => createPostgresStore({ connectionString }),
        () => createPostgresBus({ connectionString, channel: 'cut' }),
      );
      const admin = new Client({ connectionString });
      await admin.connect();
      for (const text of ['first cut', 'second cut']) {
        await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where query = 'listen "cut"'
        or query like '%pg_notify%' and pid <> pg_backend_pid()`);
        await ana.ask(message('bo', text));
        await receivesMessage(bo, text);
      }
      await admin.end();
    },
  );

  it.skipIf(!hasNats())(
    'B296 messages of a killed NATS are delivered after its restart',
    async () => {
      stopIntervals();
      const store = createMemoryStore();
      const { ana, bo } = await twoNodes(
        () => store,
        () => createNatsBus({ connection: { servers: nats!.url, reconnectTimeWait: 50 }, subject: 'cut' }),
      );
      await nats!.kill();
      await ana.ask(message('bo', 'while NATS was away'));
      await nats!.start();
      await receivesMessage(bo, 'while NATS was away');
    },
    20_000,
  );

  it.skipIf(!hasNats())('B296 a server starts and ends while NATS is not available', async () => {
    const store = createMemoryStore();
    const errors: Error[] = [];
    const bus = createNatsBus({
      connection: { servers: 'nats://127.0.0.1:1' },
      onError: (error) => errors.push(error),
    });
    const server = await startServer({ store, bus });
    await expect.poll(() => errors.length).toBeGreaterThan(0);
    await server.close();
  });
});

describe('options of a bus', () => {
  it.each([
    [() => createPostgresBus({ connectionString: '' }), 'connectionString must be'],
    [() => createPostgresBus({ connectionString: 'postgres://x', channel: 'a"b' }), 'channel is "a"b"'],
    [() => createNatsBus({ connection: {} }), 'connection.servers must be'],
    [() => createNatsBus({ connection: { servers: 'x' }, subject: 'a.*' }), 'subject is "a.*"'],
    [
      () => createChatServer({ store: createMemoryStore(), authenticate: () => 'ana', refreshInterval: 50 }),
      'refreshInterval is 50, but must be a number from 100 to 10000 ms',
    ],
  ])('B295 an invalid option of a bus is named: %#', (make, text) => {
    expect(make).toThrow(text);
  });
});
