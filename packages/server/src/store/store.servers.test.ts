import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPostgres, type PostgresServer, startPostgres } from '../../test/server/postgres.mjs';
import { operationContract, storeContract } from '../../test/storeContract.ts';
import { lockFolder } from './folderLock.ts';
import { createMemoryStore } from './memoryStore.ts';
import { createPgliteStore } from './pgliteStore.ts';
import { createPostgresStore } from './postgresStore.ts';
import type { Store } from './store.ts';

function contract(make: () => Promise<Store>, isInstalled = true): void {
  let store: Store;
  beforeAll(async () => {
    if (!isInstalled) return;
    store = await make();
    await store.open();
  }, 60_000);
  afterAll(() => store?.close());
  for (const { name, run } of storeContract) {
    it.skipIf(!isInstalled)(`B280 ${name}`, () => run(store));
  }
  for (const { name, run } of operationContract) {
    it.skipIf(!isInstalled)(`B293 ${name}`, () => run(store));
  }
}

describe('the store in memory', () => contract(async () => createMemoryStore()));

describe('the store in PGlite', () => contract(async () => createPgliteStore()));

describe('the store in PostgreSQL', () => {
  let server: PostgresServer;
  contract(async () => {
    server = await startPostgres();
    return createPostgresStore({ connectionString: server.connectionString });
  }, hasPostgres());
  afterAll(() => server?.stop());

  it.skipIf(!hasPostgres())(
    'B280 servers that start at once create the tables once, and agree on the epoch',
    async () => {
      const stores = Array.from({ length: 3 }, () =>
        createPostgresStore({ connectionString: server.connectionString, maxConnections: 2 }),
      );
      const opened = await Promise.all(stores.map((store) => store.open()));
      expect(new Set(opened.map(({ epoch }) => epoch)).size).toBe(1);
      await Promise.all(stores.map((store) => store.close()));
    },
  );
});

describe('a folder of PGlite', () => {
  it('B281 a folder of PGlite keeps all data and its epoch over a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'imflow-pglite-'));
    const [first, second] = [createPgliteStore({ folder }), createPgliteStore({ folder })];
    const { epoch } = await first.open();
    await first.saveSeen(['ana'], 7);
    await first.close();
    expect(await second.open()).toEqual({ epoch });
    expect(Array.from(await second.lastSeen(['ana', 'bo']))).toEqual([['ana', 7]]);
    await second.close();
    rmSync(folder, { recursive: true });
  });

  it('B281 a folder of PGlite is refused while another process uses it, and taken over from a killed one', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'imflow-pglite-'));
    const parent = String(process.ppid);
    writeFileSync(join(folder, 'imflow.lock'), parent);
    await expect(createPgliteStore({ folder }).open()).rejects.toThrow(`is used by the process ${parent}`);
    // No system gives this number.
    writeFileSync(join(folder, 'imflow.lock'), '999999999');
    const unlock = lockFolder(folder);
    expect(readFileSync(join(folder, 'imflow.lock'), 'utf8')).toBe(String(process.pid));
    unlock();
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});
