import { describe, expect, it } from 'vitest';
import { printScript, readScript } from './script.ts';
import { searchSeeds, simulate, simulateSeed } from './simulate.ts';

/** How many conversations one run goes through, from seed 1; `SIMULATION_SEED` names another first seed. */
const SEEDS = 2_000;

describe('simulated conversations', () => {
  it(`keep every promise, over ${SEEDS} seeds`, { timeout: 300_000 }, async () => {
    const first = Number(process.env['SIMULATION_SEED'] ?? 1);
    const broken = await searchSeeds(first, SEEDS);
    const report =
      broken &&
      `${broken.violation?.message}\nReplay it with npm run simulate -- --script:\n${printScript(broken.script)}`;
    expect(report).toBeUndefined();
  });

  it('are the same again for the same seed', async () => {
    const one = await simulateSeed(7);
    const other = await simulate(readScript(printScript(one.script)));
    expect(other).toEqual(one);
  });
});
