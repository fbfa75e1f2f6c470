// Runs every check that a change has to pass before it lands: `npm test`, or `pnpm run check`. `npm run test:full` adds
// what is slow: real servers, applications elsewhere, the built Storybook. `pnpm run check <step> ...` runs some steps.
//
// Each step is a script of package.json, so `pnpm run <step>` runs it alone; wireit skips it as long as nothing has changed
// since it passed. Two queues run side by side: the suites, of which each needs the whole machine for its browser or its
// workers, and everything else. The last line is the sum: a suite counts each of its tests, any other step counts as one.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './packages.mjs';

/**
 * @typedef {object} Step
 * @property {string} name The script in package.json.
 * @property {boolean} [isSuite] It runs tests and reports them in `.reports`.
 * @property {boolean} [isSlow] It is a part of `npm run test:full` only.
 * @property {string} [needs] The step without which it cannot pass.
 * @property {string} [cure] What may help when it fails.
 */

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** Installs Chromium where it is missing, which nothing may do twice at once. @type {Step} */
const BROWSER = { name: 'browser' };

/** @type {Step[]} */
const STEPS = [
  { name: 'format', cure: 'pnpm run fix' },
  { name: 'lint', cure: 'pnpm run fix' },
  { name: 'types' },
  { name: 'api:check', needs: 'types', cure: 'pnpm run api, and a changeset' },
  { name: 'guides:check', cure: 'pnpm run guides' },
  { name: 'prose', cure: 'write as docs/style.md says' },
  { name: 'behaviours:check', cure: 'pnpm run behaviours' },
  { name: 'knip', cure: 'remove what nothing uses' },
  { name: 'build' },
  { name: 'check:packages', needs: 'build' },
  { name: 'size', needs: 'build' },
  { name: 'test:consumer', needs: 'build', isSlow: true },
  { name: 'test:next', needs: 'build', isSlow: true },
  { name: 'build:storybook', isSlow: true },
  { name: 'check:storybook', needs: 'build:storybook', isSlow: true },
  { name: 'test:unit', isSuite: true },
  { name: 'test:dom', isSuite: true },
  { name: 'test:browser', isSuite: true },
  { name: 'test:stories', isSuite: true },
  { name: 'test:e2e', isSuite: true },
  { name: 'test:servers', isSuite: true, isSlow: true },
];

/** @type {Set<string>} */
const broken = new Set();
const steps = chosen(process.argv.slice(2));
const counts = [await run(BROWSER)];
await Promise.all([inTurn(steps.filter(({ isSuite }) => isSuite)), inTurn(steps.filter(({ isSuite }) => !isSuite))]);
const total = counts.reduce((sum, { passed, failed, skipped }) => ({
  passed: sum.passed + passed,
  failed: sum.failed + failed,
  skipped: sum.skipped + skipped,
}));
process.exitCode = total.failed > 0 ? 1 : 0;
console.log(`\n${sentence(total)}`);

/** @param {string[]} names */
function chosen(names) {
  if (names.length === 0) return STEPS.filter(({ isSlow }) => !isSlow);
  if (names.join() === '--full') return STEPS;
  const unknown = names.filter((name) => !STEPS.some((step) => step.name === name));
  if (unknown.length > 0) throw new Error(`No such step: ${unknown.join(', ')}`);
  return STEPS.filter(({ name }) => names.includes(name));
}

/** @param {readonly Step[]} queue */
async function inTurn(queue) {
  for (const step of queue) counts.push(step.needs && broken.has(step.needs) ? skip(step) : await run(step));
}

/**
 * @param {Step} step
 * @returns {Promise<Counts>}
 */
async function run({ name, isSuite = false, cure }) {
  const start = performance.now();
  const { output, passed } = await script(name);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const counted = isSuite ? readReport(name, passed) : { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 };

  const failed = counted.failed > 0;
  if (failed) broken.add(name);
  console.log(
    `${failed ? '✗' : '✓'} ${name.padEnd(16)} ${seconds.padStart(6)} s${isSuite ? `   ${sentence(counted)}` : ''}`,
  );
  // The table of sizes, without the lines of pnpm (`$ …`) and of wireit (which begin with an emoji).
  if (name === 'size' && !failed) console.log(output.replaceAll(/^(?:\$|\P{ASCII}).*\n/gmu, '').trim());
  if (failed) console.log(`${output.trimEnd()}\n\n  again: pnpm run ${name}${cure ? `\n  cure:  ${cure}` : ''}\n`);
  return counted;
}

/**
 * @param {string} name
 * @returns {Promise<{ output: string, passed: boolean }>}
 */
function script(name) {
  return new Promise((resolve, reject) => {
    const child = spawn('pnpm', ['run', name], {
      cwd: ROOT,
      env: { ...process.env, WIREIT_LOGGER: 'simple', [process.stdout.isTTY ? 'FORCE_COLOR' : 'NO_COLOR']: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    }
    child.once('error', reject).once('close', (status) => resolve({ output, passed: status === 0 }));
  });
}

/**
 * @param {Step} step
 * @returns {Counts}
 */
function skip({ name, needs }) {
  console.log(`- ${name.padEnd(16)}          skipped: ${needs} failed`);
  broken.add(name);
  return { passed: 0, failed: 0, skipped: 1 };
}

/**
 * Counts a Vitest report. A run that failed though no test did (a file that cannot be loaded, no test at all) is
 * one failure.
 *
 * @param {string} name
 * @param {boolean} ok
 * @returns {Counts}
 */
function readReport(name, ok) {
  try {
    const report = join(ROOT, '.reports', `${name.replace(':', '-')}.json`);
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(report, 'utf8'));
    const failed = numFailedTests === 0 && (!ok || numPassedTests === 0) ? 1 : numFailedTests;
    return { passed: numPassedTests, failed, skipped: numPendingTests + numTodoTests };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

/** @param {Counts} counts */
function sentence({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
