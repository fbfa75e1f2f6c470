import { createServer } from 'node:http';
import { createSocketIoConnector } from '@imflow/websocket';
import { type ConformancePair, transportConformance } from '@imflow/testing';
import { Server as SocketIoServer } from 'socket.io';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { hasPostgres, type PostgresServer, startPostgres } from '../test/server/postgres.mjs';
import { type CuttableProxy, startProxy } from '../../xmpp/test/cuttableProxy.ts';
import { listen, startServer, type StartedServer, transportOf } from '../test/startServer.ts';
import { createMemoryStore } from './store/memoryStore.ts';
import { createPostgresStore } from './store/postgresStore.ts';
import type { Store } from './store/store.ts';

let users = 0;

type Connect = (address: string, port: number) => ConformancePair['ana'];

/** Two users of a server, each behind a proxy that can be cut. */
async function pairOn(port: number, connect: Connect = transportOf): Promise<ConformancePair> {
  users += 1;
  const names: readonly [string, string] = [`ana ${users}`, `bo ${users}`];
  const proxies = new Map<string, CuttableProxy>([
    [names[0], await startProxy(port)],
    [names[1], await startProxy(port)],
  ]);
  const transport = (name: string): ConformancePair['ana'] => connect(name, proxies.get(name)!.port);
  return {
    ana: transport(names[0]),
    bo: transport(names[1]),
    // The server names the stored messages of a receipt, and leaves out unknown ones.
    omits: ['messageIds'],
    // Longer than an ack waits for further ones: after an earlier cut, the server would rightly send the message again.
    settle: () => new Promise((resolve) => setTimeout(resolve, 150)),
    cut: (address) => proxies.get(address)?.cut(),
    restore: (address) => proxies.get(address)?.restore(),
    async close() {
      for (const proxy of proxies.values()) await proxy.close();
    },
  };
}

function conforms(openStore: () => Promise<Store>, isInstalled = true): void {
  let server: StartedServer;
  beforeAll(async () => {
    if (isInstalled) server = await startServer({ store: await openStore() });
  }, 60_000);
  afterAll(() => server?.close());
  for (const { name, run } of transportConformance(() => pairOn(server.port)))
    it.skipIf(!isInstalled)(`B282 ${name}`, run);
}

describe('the WebSocket transport conforms on a server with a store in memory', { timeout: 20_000 }, () =>
  conforms(async () => createMemoryStore()),
);

describe('the WebSocket transport conforms on a server with PostgreSQL', { timeout: 20_000 }, () => {
  let postgres: PostgresServer;
  conforms(async () => {
    postgres = await startPostgres();
    return createPostgresStore({ connectionString: postgres.connectionString });
  }, hasPostgres());
  afterAll(() => postgres?.stop());
});

describe('the WebSocket transport conforms over Socket.IO', { timeout: 20_000 }, () => {
  let server: StartedServer;
  let socketIo: SocketIoServer;
  let port = 0;
  const clients: ReturnType<typeof io>[] = [];
  beforeAll(async () => {
    server = await startServer();
    const http = createServer();
    socketIo = new SocketIoServer(http);
    socketIo.on('connection', (socket) => server.chat.handleSocketIo(socket));
    port = await listen(http);
  });
  afterAll(async () => {
    for (const client of clients) client.disconnect();
    await socketIo.close();
    await server.close();
  });

  const connect: Connect = (address, proxyPort) => {
    const client = io(`http://127.0.0.1:${proxyPort}`, { autoConnect: false, reconnectionDelay: 100, forceNew: true });
    clients.push(client);
    return transportOf(address, proxyPort, { createSocket: createSocketIoConnector(client) });
  };
  for (const { name, run } of transportConformance(() => pairOn(port, connect))) it(`B320 ${name}`, run);
});
