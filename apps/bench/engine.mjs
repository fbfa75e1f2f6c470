// What the engine costs in Node, without a page: `npm run bench:engine`. `-- --publish` writes it into docs/performance.md.

import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { serialize, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { build } from 'vite';
import { fill } from './driver/publish.mjs';
import { markdown, number } from './driver/markdown.mjs';
import { ROOT } from '../../tools/packages.mjs';

const OUT = join(ROOT, 'node_modules/.cache/bench-engine');


const SIZES = [1_000, 10_000, 100_000, 1_000_000];

setFlagsFromString('--expose-gc');
/** @type {() => void} */
const collect = runInNewContext('gc');

await build({
  root: ROOT,
  configFile: false,
  logLevel: 'error',
  resolve: { conditions: ['@imflow/source', 'module', 'node'] },
  ssr: { noExternal: true, resolve: { conditions: ['@imflow/source', 'module', 'node'] } },
  build: { ssr: join(ROOT, 'packages/core/test/bench/index.ts'), outDir: OUT, emptyOutDir: true, minify: false },
});
/** @type {typeof import('../../packages/core/test/bench/index.ts')} */
const engine = await import(pathToFileURL(join(OUT, 'index.js')).href);

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
  'engine run': `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${cpus().length} cores; load ${(loadavg()[0] ?? NaN).toFixed(1)}.`,
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
if (process.argv.includes('--publish')) fill(tables);
