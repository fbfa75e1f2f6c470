// Everything that has to hold before a change lands: `npm test`, or `pnpm run check`.
//
// The steps run cheap first. Each is a script of package.json, so that `pnpm run <step>` runs it alone;
// `pnpm run check <step> ...` runs some of them. The last line is the sum: a step that runs tests counts each of
// them, any other counts as one.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './packages.mjs';

/**
 * @typedef {object} Step
 * @property {string} name The script in package.json.
 * @property {boolean} [vitest] It runs tests, and reports them.
 * @property {string[]} [needs] The steps without which it makes no sense.
 * @property {string} [cure] What may help when it fails.
 */

/** @type {Step[]} */
const STEPS = [
  { name: 'format', cure: 'pnpm run fix' },
  { name: 'lint', cure: 'pnpm run fix' },
  { name: 'types' },
  { name: 'api:check', needs: ['types'], cure: 'npm run api, and a changeset' },
  { name: 'guides:check', cure: 'pnpm run guides' },
  { name: 'prose', cure: 'write as docs/style.md says' },
  { name: 'behaviours:check', cure: 'pnpm run behaviours' },
  { name: 'test:unit', vitest: true },
  { name: 'test:dom', vitest: true },
  { name: 'knip', cure: 'remove what nothing uses' },
  { name: 'build' },
  { name: 'check:packages', needs: ['build'] },
  { name: 'size', needs: ['build'] },
  { name: 'browser' },
  { name: 'test:consumer', needs: ['build', 'browser'] },
  { name: 'test:next', needs: ['build', 'browser'] },
  { name: 'test:browser', vitest: true, needs: ['browser'] },
  { name: 'test:stories', vitest: true, needs: ['browser'] },
  { name: 'test:e2e', vitest: true, needs: ['browser'] },
  { name: 'storybook:build' },
  { name: 'check:storybook', needs: ['storybook:build', 'browser'] },
];

const REPORTS = join(ROOT, '.reports');
const total = { passed: 0, failed: 0, skipped: 0 };
/** @type {Set<string>} */
const broken = new Set();

rmSync(REPORTS, { recursive: true, force: true });
mkdirSync(REPORTS);
for (const step of chosen(process.argv.slice(2))) {
  const missing = step.needs?.find((name) => broken.has(name));
  const counts = missing ? skip(step, missing) : run(step);
  if (counts.passed === 0 || counts.failed > 0) broken.add(step.name);
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
}
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
console.log(`\n${sentence(total)}`);

/** @param {string[]} names */
function chosen(names) {
  const unknown = names.filter((name) => !STEPS.some((step) => step.name === name));
  if (unknown.length > 0) throw new Error(`No such step: ${unknown.join(', ')}`);
  return names.length > 0 ? STEPS.filter((step) => names.includes(step.name)) : STEPS;
}

/** @param {Step} step */
function run({ name, vitest = false, cure }) {
  const report = join(REPORTS, `${name.replace(':', '-')}.json`);
  const reporting = vitest ? ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`] : [];
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync('pnpm', ['run', name, ...reporting], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, [process.stdout.isTTY ? 'FORCE_COLOR' : 'NO_COLOR']: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1 << 28,
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const counts = vitest ? counted(report, status === 0) : one(status === 0);

  const failed = counts.failed > 0;
  console.log(
    `${failed ? '✗' : '✓'} ${name.padEnd(16)} ${seconds.padStart(6)} s${vitest ? `   ${sentence(counts)}` : ''}`,
  );
  if (name === 'size' && !failed) console.log(stdout.replace(/^\$ .*\n/gm, '').trimEnd());
  if (failed) {
    console.log(`${stdout}${stderr}`.trimEnd());
    console.log(`\n  again: pnpm run ${name}${cure ? `\n  cure:  ${cure}` : ''}\n`);
  }
  return counts;
}

/**
 * @param {Step} step
 * @param {string} missing
 */
function skip({ name }, missing) {
  console.log(`- ${name.padEnd(16)}          skipped: ${missing} failed`);
  return { passed: 0, failed: 0, skipped: 1 };
}

/** @param {boolean} passed */
function one(passed) {
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 };
}

/**
 * Counts a Vitest report. A run that failed though no test did (a file that cannot be loaded, no test at all) is
 * one failure.
 *
 * @param {string} report
 * @param {boolean} ok
 */
function counted(report, ok) {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(report, 'utf8'));
    const failed = numFailedTests === 0 && (!ok || numPassedTests === 0) ? 1 : numFailedTests;
    return { passed: numPassedTests, failed, skipped: numPendingTests + numTodoTests };
  } catch {
    return one(false);
  }
}

/** @param {{ passed: number, failed: number, skipped: number }} counts */
function sentence({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
