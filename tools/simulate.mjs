// Runs simulated conversations: `npm run simulate -- --seeds 100000 --from 1`. With `--no-operations`, messages are
// neither held nor edited, retracted, reacted to or replied to, and no files are sent. With `--page-size 2`, one side
// loads two messages at a time in all of them, instead of every third. A script that a failing run printed is replayed
// with `npm run simulate -- --script < script.txt`.
//
// `--trace FOLDER` writes the trace of each tab of a conversation that fails, or of the one conversation that was asked for,
// and its script.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { importSource } from './importSource.mjs';

/** @import { SimulationResult, SimulationScript } from '@imflow/testing' */

const testing = /** @type {typeof import('@imflow/testing')} */ (
  await importSource('packages/testing/src/index.ts', 'simulate')
);
const { printScript, printTrace, readScript, searchSeeds, simulate, traceSimulation } = testing;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    script: { type: 'boolean', default: false },
    operations: { type: 'boolean', default: true },
    'page-size': { type: 'string' },
    trace: { type: 'string' },
  },
  allowNegative: true,
});

const { violation, script } = values.script ? await simulate(readScript(await readInput())) : await search();
if (violation !== undefined) {
  console.error(`\n${violation.message}\n\n${printScript(script)}`);
  process.exitCode = 1;
}
const isAsked = violation !== undefined || values.script || values.seeds === '1';
if (values.trace !== undefined && isAsked) await writeTraces(values.trace, script);

/** @returns {Promise<SimulationResult>} That of the seed which failed, or of the last one. */
async function search() {
  const [first, count, size] = [Number(values.from), Number(values.seeds), values['page-size']];
  let messages = 0;
  let done = 0;
  /** @type {SimulationResult | undefined} */
  let last;
  const started = Date.now();
  const broken = await searchSeeds(
    first,
    count,
    (seed) => {
      messages += seed.messages;
      last = seed;
      done += 1;
      if (done % 1_000 !== 0 && done !== count) return;
      const seconds = Math.round((Date.now() - started) / 1_000);
      console.log(`${done} of ${count} conversations, ${messages} messages, ${seconds} s`);
    },
    { operations: values.operations, ...(size === undefined ? {} : { pageSize: Number(size) }) },
  );
  if (broken === undefined) console.log('Every promise was kept.');
  const result = broken ?? last;
  if (result === undefined) throw new Error(`--seeds is ${values.seeds}, but must be 1 or more.`);
  return result;
}

/**
 * @param {string} folder
 * @param {SimulationScript} traced
 */
async function writeTraces(folder, traced) {
  const { traces } = await traceSimulation(traced);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'script.txt'), `${printScript(traced)}\n`);
  for (const [tab, trace] of traces) {
    const file = join(folder, `${tab.replace('/', '-')}.json`);
    // The texts are those of simulated users.
    await writeFile(file, printTrace(trace, { texts: true }));
    console.log(`${file}: ${trace.transactions.length} transactions`);
  }
}

/** @returns {Promise<string>} */
async function readInput() {
  /** @type {Buffer[]} */
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
