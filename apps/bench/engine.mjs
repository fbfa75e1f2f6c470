// Measures what the engine costs in Node, without a page: `npm run bench:engine`. `-- --publish` writes the result into
// docs/performance.md.
// `-- --linear` measures only whether the cost of a message depends on their number, `--counts 300,10000` at how many,
// `--only 3` which piece of work. `--week` adds a simulated week.

import { cpus, loadavg } from 'node:os';
import { serialize, setFlagsFromString } from 'node:v8';
import { parseArgs } from 'node:util';
import { runInNewContext } from 'node:vm';
import { fill } from './driver/publish.mjs';
import { markdown, number } from './driver/markdown.mjs';
import { importSource } from '../../tools/importSource.mjs';

const SIZES = [1_000, 10_000, 100_000, 1_000_000];

setFlagsFromString('--expose-gc');
/** @type {() => void} */
const collect = runInNewContext('gc');

const engine = /** @type {typeof import('../../packages/core/test/bench/index.ts')} */ (
  await importSource('packages/core/test/bench/index.ts', 'bench-engine')
);

const { values: asked } = parseArgs({
  allowPositionals: true,
  options: {
    counts: { type: 'string', default: '300,3000,30000' },
    linear: { type: 'boolean', default: false },
    only: { type: 'string' },
    publish: { type: 'boolean', default: false },
    week: { type: 'boolean', default: false },
  },
});
const run = `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${cpus().length} cores; load ${(loadavg()[0] ?? NaN).toFixed(1)}.`;

/** CPU time of this process for each message, at several numbers of messages; the last column compares the ends. */
async function measureLinear() {
  const counts = asked.counts.split(',').map(Number);
  const rows = [];
  for (const [index, { name }] of engine.linearWork.entries()) {
    if (asked.only !== undefined && !asked.only.split(',').includes(String(index))) continue;
    // A first run lets the JavaScript engine compile the code, which is not to be measured.
    await engine.measureLinear(index, 1_000, collect);
    /** @type {number[]} */
    const times = [];
    for (const count of counts) {
      times.push(await engine.measureLinear(index, count, collect));
    }
    const ratio = (times.at(-1) ?? NaN) / (times[0] ?? NaN);
    const cells = [...counts.map((_, place) => number(times[place] ?? NaN)), ratio.toFixed(2)];
    console.log([index, name, ...cells].join('  '));
    rows.push([name, ...cells]);
  }
  return markdown(['messages', ...counts.map((count) => `${number(count)}, µs each`), 'ratio'], rows);
}

/** @returns {Promise<Record<string, string>>} */
async function measureGrowth() {
  console.log('The cost of a message at several numbers of messages');
  const linear = await measureLinear();
  if (!asked.week) return { 'engine linear': linear };
  console.log('A week');
  const seconds = (await engine.measureWeek()) / 1_000;
  return {
    'engine linear': linear,
    'engine week': `A simulated week, 201,600 messages and 10,080 reconnects, takes ${number(seconds)} s of CPU time.`,
  };
}

if (asked.linear) {
  const tables = { 'engine linear run': run, ...(await measureGrowth()) };
  for (const table of Object.values(tables)) console.log(`\n${table}`);
  if (asked.publish) fill(tables);
  process.exit();
}

console.log('Machines');
const machines = engine.measureMachines();
console.log('Two engines');
const [kept, stored] = [await engine.measureTwoEngines(5_000, false), await engine.measureTwoEngines(5_000, true)];
const conversations = [];
for (const size of SIZES) {
  console.log(`A conversation of ${number(size)} messages`);
  conversations.push(await engine.measureConversation(size, collect));
}
console.log('All at once');
const bursts = await engine.measureBursts(collect);
const writes = await engine.measureWrites((value) => serialize(value).length);

const tables = {
  'engine run': run,
  'engine machines': markdown(
    ['machine', 'transitions in a second'],
    machines.map(({ name, perSecond }) => [name, number(perSecond)]),
  ),
  'engine pair': markdown(
    ['from one engine to another, acknowledged', 'messages in a second'],
    [
      ['in memory only', number(kept)],
      ['stored on both sides', number(stored)],
    ],
  ),
  'engine bursts': markdown(
    ['what comes', 'ms until all of it is worked in, answered and stored'],
    bursts.map(({ name, milliseconds }) => [name, number(milliseconds)]),
  ),
  'engine conversation': markdown(
    ['messages', 'a tick, µs', 'a message received, µs', 'a composing keystroke, µs', 'heap for a message, bytes'],
    conversations.map(({ messages, tick, append, keystroke, bytes }) =>
      [messages, tick, append, keystroke, bytes].map(number),
    ),
  ),
  'engine writes': markdown(
    ['a message of 65 characters', 'writes', 'bytes in all'],
    writes.map(({ name, writes: count, bytes }) => [name, number(count), number(bytes)]),
  ),
};
for (const table of Object.values(tables)) console.log(`\n${table}`);
if (asked.publish) fill(tables);
