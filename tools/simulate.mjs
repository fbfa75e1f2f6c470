// Simulated conversations, as many as asked: `npm run simulate -- --seeds 100000 --from 1`. With
// `--no-operations`, messages are neither held nor edited, retracted, reacted to or replied to, and no files are sent. With
// `--page-size 2`, one side loads two messages at a time in all of them, instead of every third.
// A script that a failing run printed is replayed with `npm run simulate -- --script < script.txt`.

import { parseArgs } from 'node:util';
import { importSource } from './importSource.mjs';

/** @import { SimulationResult } from '@imflow/testing' */

const testing = /** @type {typeof import('@imflow/testing')} */ (
  await importSource('packages/testing/src/index.ts', 'simulate')
);
const { printScript, readScript, searchSeeds, simulate } = testing;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    script: { type: 'boolean', default: false },
    operations: { type: 'boolean', default: true },
    'page-size': { type: 'string' },
  },
  allowNegative: true,
});

const result = values.script ? await simulate(readScript(await readInput())) : await search();
if (result?.violation !== undefined) {
  console.error(`\n${result.violation.message}\n\n${printScript(result.script)}`);
  process.exitCode = 1;
}

/** @returns {Promise<SimulationResult | undefined>} */
async function search() {
  const [first, count, size] = [Number(values.from), Number(values.seeds), values['page-size']];
  let messages = 0;
  let done = 0;
  const started = Date.now();
  const broken = await searchSeeds(
    first,
    count,
    (seed) => {
      messages += seed.messages;
      done += 1;
      if (done % 1_000 !== 0 && done !== count) return;
      const seconds = Math.round((Date.now() - started) / 1_000);
      console.log(`${done} of ${count} conversations, ${messages} messages, ${seconds} s`);
    },
    { operations: values.operations, ...(size === undefined ? {} : { pageSize: Number(size) }) },
  );
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
