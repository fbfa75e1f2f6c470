// Profiles a scenario: which code spends the time. `npm run bench -- --profile mount`.

import { join } from 'node:path';
import { build, preview } from 'vite';
import { ROOT } from '../../../tools/packages.mjs';
import { markdown, number } from './markdown.mjs';
import { median } from './summary.mjs';
import { openBenchPage } from './page.mjs';

/** @import { Browser } from 'playwright' */
/** @import { ScenarioName } from '../src/scenarios.ts' */

const APP = join(ROOT, 'apps/bench');
const OUT = 'dist/profile';

/** The groups of code. Each group has its own file in the build, by which the profile assigns times to it. */
const OWNERS = [
  { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\// },
  { name: 'engine', test: /packages\/core\/src\/(?!transports|storage)|node_modules\/zustand\// },
  { name: 'wire-and-storage', test: /packages\/core\/src\/(transports|storage)\// },
  { name: 'hooks', test: /packages\/react\// },
  { name: 'kit', test: /packages\/ui\// },
].map((owner, index) => ({ ...owner, priority: 10 - index }));

/** The sampling interval of the profiler, in µs. */
const INTERVAL = 200;
const SIZE = 10_000;

/**
 * Measures the time of a scenario by the group of code that ran, in ms. Returns a table.
 *
 * @param {Browser} browser
 * @param {ScenarioName | 'mount'} scenario
 * @param {number} rounds
 */
export async function profile(browser, scenario, rounds) {
  await build({
    root: APP,
    logLevel: 'error',
    build: { outDir: OUT, rolldownOptions: { output: { codeSplitting: { groups: OWNERS } } } },
  });
  const server = await preview({
    root: APP,
    logLevel: 'error',
    build: { outDir: OUT },
    preview: { host: '127.0.0.1', port: 0 },
  });
  /** @type {Record<string, number>[]} */
  const times = [];
  for (let round = 0; round < rounds; round += 1) {
    times.push(await profileOnce(browser, server.resolvedUrls?.local[0] ?? '', scenario));
  }
  await server.close();
  const names = Array.from(new Set(times.flatMap((each) => Object.keys(each))));
  const rows = names
    .map((name) => ({ name, time: median(times.map((each) => each[name] ?? 0)) }))
    .toSorted((a, b) => b.time - a.time);
  return markdown(
    [`imflow, ${scenario}, ${number(SIZE)} messages`, 'ms'],
    rows.map(({ name, time }) => [name, number(time)]),
  );
}

/**
 * @param {Browser} browser
 * @param {string} url
 * @param {ScenarioName | 'mount'} scenario
 */
async function profileOnce(browser, url, scenario) {
  const { page, close } = await openBenchPage(browser, url, { contender: 'imflow' });
  const client = await page.context().newCDPSession(page);
  await client.send('Profiler.enable');
  await client.send('Profiler.setSamplingInterval', { interval: INTERVAL });
  await page.evaluate((count) => window.bench.prepare(count), SIZE);
  if (scenario !== 'mount') {
    await page.evaluate(() => window.bench.mount());
    await page.evaluate((name) => window.bench.setUp(name), scenario);
  }
  await client.send('Profiler.start');
  if (scenario === 'mount') await page.evaluate(() => window.bench.mount());
  else await page.evaluate((name) => window.bench.run(name, 5_000), scenario);
  const { nodes, samples = [], timeDeltas = [] } = (await client.send('Profiler.stop')).profile;
  await close();

  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  /** @type {Record<string, number>} */
  const spent = {};
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id);
    const owner = frame === undefined ? undefined : ownerOf(frame);
    if (owner !== undefined) spent[owner] = (spent[owner] ?? 0) + (timeDeltas[index] ?? 0) / 1_000;
  }
  return spent;
}

/**
 * Returns the group of code of a stack frame; undefined while the thread is idle.
 *
 * @param {{ functionName: string, url: string }} frame
 */
function ownerOf({ functionName, url }) {
  if (functionName === '(idle)' || functionName === '(root)') return undefined;
  if (functionName === '(garbage collector)') return 'garbage collection';
  const file = url.split('/').at(-1) ?? '';
  const owner = OWNERS.find(({ name }) => file.startsWith(`${name}-`));
  if (owner) return owner.name;
  return file.endsWith('.js') ? 'harness' : 'the browser: layout, style, painting, and what it does by itself';
}
