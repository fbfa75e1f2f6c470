// Simulated conversations, as many as asked: `npm run simulate -- --seeds 100000 [--from 1]`.
// A script that a failing run printed is replayed with `npm run simulate -- --script < script.txt`.

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runnerImport } from 'vite';
import { ROOT } from './packages.mjs';

/** @import { SimulationResult } from '@imflow/testing' */

/** @type {{ module: typeof import('@imflow/testing') }} */
const { module: testing } = await runnerImport(join(ROOT, 'packages/testing/src/index.ts'), {
  root: ROOT,
  configFile: false,
  logLevel: 'error',
  ssr: { resolve: { conditions: ['@imflow/source', 'node', 'module'] }, noExternal: [/^@imflow\//] },
});
const { printScript, readScript, searchSeeds, simulate } = testing;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    script: { type: 'boolean', default: false },
  },
});

const result = values.script ? await simulate(readScript(await readInput())) : await search();
if (result?.violation !== undefined) {
  console.error(`\n${result.violation.message}\n\n${printScript(result.script)}`);
  process.exitCode = 1;
}

/** @returns {Promise<SimulationResult | undefined>} */
async function search() {
  const [first, count] = [Number(values.from), Number(values.seeds)];
  let messages = 0;
  let done = 0;
  const started = Date.now();
  const broken = await searchSeeds(first, count, (seed) => {
    messages += seed.messages;
    done += 1;
    if (done % 1_000 !== 0 && done !== count) return;
    const seconds = Math.round((Date.now() - started) / 1_000);
    console.log(`${done} of ${count} conversations, ${messages} messages, ${seconds} s`);
  });
  if (broken === undefined) console.log('Every promise was kept.');
  return broken;
}

/** @returns {Promise<string>} */
async function readInput() {
  /** @type {Buffer[]} */
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
