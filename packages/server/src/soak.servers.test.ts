import { afterAll, beforeAll, expect, it } from 'vitest';
import { hasNats, type NatsServer, startNats } from '../test/server/nats.mjs';
import { hasPostgres, type PostgresServer, startPostgres } from '../test/server/postgres.mjs';
import { soak, type SoakOptions } from '../test/soak.ts';

// `SOAK_MESSAGES=20000 SOAK_PAIRS=10 SOAK_CUTS=500 SOAK_KILLS=50` makes it the long run.
const setting = (name: string, preset: number): number => Number(process.env[`SOAK_${name}`] ?? preset);
const messages = setting('MESSAGES', 200);
const pairs = setting('PAIRS', 2);
const cuts = setting('CUTS', 20);
const seed = setting('SEED', 1);
const patience = Math.max(60_000, messages * 100);
const common = { seed, pairs, messages, cuts, patience };
const NOTHING_WRONG = { lost: 0, duplicated: 0, outOfOrder: 0, wrongTicks: 0 };

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

async function run(options: Pick<SoakOptions, 'kills' | 'nodes' | 'nats' | 'others'>): Promise<void> {
  const result = await soak({ ...common, database: postgres!.connectionString, ...options });
  expect(result).toEqual({ sent: messages, ...NOTHING_WRONG, cuts, kills: options.kills });
}

it.skipIf(!hasPostgres())(
  `B291 cut connections and killed servers lose no message, duplicate none, keep the order, and cause no wrong tick`,
  () => run({ nodes: 1, kills: setting('KILLS', 2) }),
  patience + 240_000,
);

it.skipIf(!hasPostgres())(
  `B297 two nodes on PostgreSQL, each of the three killed in turn, lose no message, duplicate none, keep the order, and cause no wrong tick`,
  () => run({ nodes: 2, kills: setting('KILLS', 3), others: [postgres!] }),
  patience + 240_000,
);

it.skipIf(!hasPostgres() || !hasNats())(
  `B297 two nodes, PostgreSQL and NATS, each of the four killed in turn, lose no message, duplicate none, keep the order, and cause no wrong tick`,
  () => run({ nodes: 2, kills: setting('KILLS', 4), nats: nats!.url, others: [postgres!, nats!] }),
  patience + 240_000,
);
