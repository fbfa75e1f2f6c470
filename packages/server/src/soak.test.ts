import { afterAll, beforeAll, expect, it } from 'vitest';
import { hasPostgres, type PostgresServer, startPostgres } from '../../../scripts/postgres.mjs';
import { soak } from '../test/soak.ts';

// `SOAK_MESSAGES=20000 SOAK_PAIRS=10 SOAK_CUTS=500 SOAK_KILLS=50` makes it the long run.
const setting = (name: string, preset: number): number => Number(process.env[`SOAK_${name}`] ?? preset);
const messages = setting('MESSAGES', 200);
const pairs = setting('PAIRS', 2);
const cuts = setting('CUTS', 20);
const kills = setting('KILLS', 2);
const seed = setting('SEED', 1);
const patience = Math.max(60_000, messages * 100);

let postgres: PostgresServer;
beforeAll(async () => {
  if (hasPostgres()) postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres?.stop());

it.skipIf(!hasPostgres())(
  `B291 ${cuts} cut connections and ${kills} killed servers during ${messages} messages: none lost, none twice, order kept, no wrong tick`,
  async () => {
    const database = postgres.connectionString;
    const result = await soak({ database, seed, pairs, messages, cuts, kills, patience });
    expect(result).toEqual({ sent: messages, lost: 0, duplicated: 0, outOfOrder: 0, wrongTicks: 0, cuts, kills });
  },
  patience + 120_000,
);
