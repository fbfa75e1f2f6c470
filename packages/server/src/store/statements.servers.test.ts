import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hasPostgres, type PostgresServer, startPostgres } from '../../test/server/postgres.mjs';
import { createPostgresStore } from './postgresStore.ts';
import {
  APPEND,
  CHANGES_AFTER,
  CURSORS,
  ENTRIES_AFTER,
  FIND,
  LOCK,
  MARK,
  OPERATIONS_ON,
  PLANNER_SETTINGS,
  RELATED,
  REPLACE,
  RESOLVE_UP_TO,
  SAVE_CURSORS,
  SIGN_IN,
  WAITING,
} from './statements.ts';

const STATEMENTS = {
  APPEND,
  CHANGES_AFTER,
  CURSORS,
  ENTRIES_AFTER,
  FIND,
  LOCK,
  MARK,
  OPERATIONS_ON,
  RELATED,
  REPLACE,
  RESOLVE_UP_TO,
  SAVE_CURSORS,
  SIGN_IN,
  WAITING,
};

let server: PostgresServer;
let client: Client;
beforeAll(async () => {
  if (!hasPostgres()) return;
  server = await startPostgres();
  const store = createPostgresStore({ connectionString: server.connectionString });
  await store.open();
  await store.close();
  client = new Client({ connectionString: server.connectionString });
  await client.connect();
  await client.query(`${PLANNER_SETTINGS}; set plan_cache_mode = force_generic_plan`);
}, 60_000);
afterAll(async () => {
  await client?.end();
  await server?.stop();
});

it.skipIf(!hasPostgres()).each(Object.entries(STATEMENTS))(
  'B390 %s reads and joins no whole table, although its plan is made while the tables are empty',
  async (name, text) => {
    await client.query(`prepare ${name} as ${text}`);
    const count = Math.max(...Array.from(text.matchAll(/\$(\d+)/g), ([, number]) => Number(number)));
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `explain (costs off) execute ${name}(${Array.from({ length: count }, () => 'null').join(', ')})`,
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).not.toMatch(/Seq Scan|Hash|Merge/);
    // An index may be read from end to end, too.
    const [scans, conditions] = [/Index (?:Only )?Scan/g, /Index Cond/g].map((part) => plan.match(part)?.length);
    expect(conditions).toBe(scans);
  },
);
