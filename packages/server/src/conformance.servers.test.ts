import { type ConformancePair, transportConformance } from '@imflow/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { hasPostgres, type PostgresServer, startPostgres } from '../../../scripts/postgres.mjs';
import { type CuttableProxy, startProxy } from '../../xmpp/test/cuttableProxy.ts';
import { startServer, type StartedServer, transportOf } from '../test/startServer.ts';
import { createMemoryStore } from './store/memoryStore.ts';
import { createPostgresStore } from './store/postgresStore.ts';
import type { Store } from './store/store.ts';

let users = 0;

/** Two users of a server, each behind a proxy that can be cut. */
async function pairOn({ port }: StartedServer): Promise<ConformancePair> {
  users += 1;
  const names: readonly [string, string] = [`ana ${users}`, `bo ${users}`];
  const proxies = new Map<string, CuttableProxy>([
    [names[0], await startProxy(port)],
    [names[1], await startProxy(port)],
  ]);
  const transport = (name: string): ConformancePair['ana'] => transportOf(name, proxies.get(name)!.port);
  return {
    ana: transport(names[0]),
    bo: transport(names[1]),
    // The server says of which stored messages a receipt is; others than those it leaves out.
    omits: ['messageIds'],
    settle: () => new Promise((resolve) => setTimeout(resolve, 60)),
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
  for (const { name, run } of transportConformance(() => pairOn(server))) it.skipIf(!isInstalled)(`B282 ${name}`, run);
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
