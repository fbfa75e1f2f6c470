// Measures what imflow costs in a real browser, compared with other libraries: `npm run bench`, or
// `npm run bench -- --quick`.
//
// --quick       two minutes: 10,000 messages, one chat kit
// --rounds N    how often each contender is measured (3; quick: 2)
// --only A,B    these contenders alone, by the names in apps/bench/driver/contenders.mjs
// --finding     finding in a stored conversation, and nothing else
// --missed      receiving 10,000 missed messages while the user types, and nothing else
// --downloads   what a page downloads, beside other kits, and nothing else (after `pnpm run build`)
// --profile S   which code a scenario (mount, append, scroll …) spends its time in, and nothing else
// --publish     writes the tables and the plot into docs
//
// Tables go to the terminal, everything else to apps/bench/results. docs/performance.md says how it is measured.

import { spawnSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { build, preview } from 'vite';
import { chromiumLaunchOptions } from '../../tools/chromium.mjs';
import { downloadsTable, findingTable, missedTable } from './driver/tables.mjs';
import { CONTENDERS, plan } from './driver/contenders.mjs';
import { measureDownloads } from './driver/downloads.mjs';
import { runFinding } from './driver/finding.mjs';
import { runMissed } from './driver/missed.mjs';
import { runOpening } from './driver/opening.mjs';
import { profile } from './driver/profile.mjs';
import { fill, publish } from './driver/publish.mjs';
import { keep, RESULTS, runOf, tablesOf } from './driver/results.mjs';
import { runContender, SCENARIOS } from './driver/session.mjs';
import { summarise } from './driver/summary.mjs';
import { ROOT } from '../../tools/packages.mjs';

/** @import { ScenarioName } from './src/scenarios.ts' */
/** @import { Sample } from './driver/session.mjs' */

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    only: { type: 'string' },
    finding: { type: 'boolean', default: false },
    missed: { type: 'boolean', default: false },
    downloads: { type: 'boolean', default: false },
    profile: { type: 'string' },
    publish: { type: 'boolean', default: false },
  },
});
const { quick } = values;
const rounds = Number(values.rounds ?? (quick ? 2 : 3));
if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds wants a whole number from 1.');

const only = values.only?.split(',') ?? CONTENDERS.map(({ id }) => id);
const unknown = only.find((id) => !CONTENDERS.some((contender) => contender.id === id));
if (unknown !== undefined) throw new Error(`There is no contender '${unknown}'.`);

const APP = join(ROOT, 'apps/bench');
/** The longest time of a scenario, in ms. */
const LIMIT = quick ? 2_000 : 5_000;

console.log('Installing what is measured, and building it.');
install();
if (values.downloads) {
  const table = downloadsTable(await measureDownloads());
  console.log(`\n${table}`);
  if (values.publish) fill({ downloads: table });
  process.exit();
}
const browser = await chromium.launch(chromiumLaunchOptions());
if (values.profile !== undefined) {
  const table = await profile(browser, scenarioNamed(values.profile), rounds);
  console.log(`\n${table}`);
  if (values.publish) fill({ [`profile ${values.profile}`]: table });
  await browser.close();
  process.exit();
}
await build({ root: APP, logLevel: 'error' });
const server = await preview({ root: APP, logLevel: 'error', preview: { host: '127.0.0.1', port: 0 } });
const url = server.resolvedUrls?.local[0] ?? '';
const load = loadavg()[0] ?? NaN;
if (values.finding) await reportOnly('finding', findingTable({ finding: await runFinding(browser, url, rounds) }));
if (values.missed) await reportOnly('missed', missedTable({ missed: await runMissed(browser, url, rounds) }));
const started = performance.now();

/** @type {Sample[]} */
const samples = [];
const turns = plan({ quick, rounds }).filter(({ contender }) => only.includes(contender));
for (const [index, { contender, size, counts }] of turns.entries()) {
  const name = CONTENDERS.find(({ id }) => id === contender)?.name ?? contender;
  const seconds = Math.round((performance.now() - started) / 1_000);
  console.log(
    `${index + 1} of ${turns.length} · ${seconds} s · ${name}, ${size.toLocaleString('en')} messages${counts ? ', counting' : ''}`,
  );
  // Renders are counted in these scenarios only.
  const scenarios = counts ? { scenarios: ['tickInView', 'tickOutOfView', 'typing', 'keys', 'append'] } : {};
  try {
    samples.push(...(await runContender(browser, url, { contender, size, counts, limit: LIMIT, ...scenarios })));
  } catch (error) {
    // A contender that fails does not end the run of the others.
    console.error(`  ${name} did not get through: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
if (!quick) console.log('Opening stored conversations.');
const opening = quick ? [] : await runOpening(browser, url, 2 * rounds + 1);
const finding = quick ? [] : await runFinding(browser, url, rounds);

const results = {
  ...environment(),
  rows: summarise(samples),
  renders: samples.flatMap(({ contender, scenario, ops, renders }) =>
    renders ? [{ contender, scenario, rows: renders.rows / ops, components: renders.components / ops }] : [],
  ),
  opening,
  finding,
};
await browser.close();
await server.close();
keep(results);
for (const [name, table] of Object.entries(tablesOf(results))) console.log(`\n${name}\n\n${table}`);
console.log(`\nAll of it, and a plot: ${RESULTS}`);
if (values.publish) publish(results);

/** Installs the contenders, which are a separate workspace; see apps/bench/contenders. */
function install() {
  const { status } = spawnSync(
    'npx',
    ['--yes', 'pnpm@12.21.0', 'install', '--frozen-lockfile', '--prefer-offline', '--reporter=silent'],
    {
      cwd: join(APP, 'contenders'),
      stdio: 'inherit',
    },
  );
  if (status !== 0) throw new Error('The contenders could not be installed.');
  const types = spawnSync('npx', ['tsc', '-p', 'apps/bench/contenders'], { cwd: ROOT, stdio: 'inherit' });
  if (types.status !== 0) throw new Error('The types of the contenders do not fit.');
}

/**
 * Prints one table, which is the output of the command, and ends the program.
 *
 * @param {string} name The place of the table in docs.
 * @param {string} table
 */
async function reportOnly(name, table) {
  const run = runOf(environment());
  console.log(`\n${run}\n\n${table}`);
  if (values.publish) fill({ [`${name} run`]: run, [name]: table });
  await browser.close();
  await server.close();
  process.exit();
}

/** The date and the environment of the measurement. */
function environment() {
  return {
    date: new Date().toISOString().slice(0, 10),
    browser: `Chromium ${browser.version()}`,
    machine: `${cpus().length} cores, Node ${process.versions.node}`,
    load: /** @type {const} */ ([load, loadavg()[0] ?? NaN]),
  };
}

/** @param {string} name */
function scenarioNamed(name) {
  if (name === 'keys' || !SCENARIOS.includes(name)) throw new Error(`There is no scenario '${name}' to profile.`);
  return /** @type {ScenarioName | 'mount'} */ (name);
}
