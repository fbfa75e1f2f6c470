// Checks the packages as they would be published: `pnpm run check:packages` (after `pnpm run build`).
//
// publint and Are The Types Wrong on each tarball; then what these tools do not check: files, licence and manifest,
// modules for the client, undeclared imports, source maps, and what comes with one export.

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkBundles } from './checks/bundles.mjs';
import { checkModules } from './checks/modules.mjs';
import { checkTarball } from './checks/tarball.mjs';
import { packAll } from './packages.mjs';

const execute = promisify(execFile);

const folder = mkdtempSync(join(tmpdir(), 'imflow-packages-'));
try {
  const packages = await packAll(folder);
  const found = await Promise.all([...packages.map(problemsOf), checkBundles()]);
  const problems = found.flat();
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true });
}

/** @param {Awaited<ReturnType<typeof packAll>>[number]} published */
async function problemsOf({ name, sources, tarball }) {
  const unpacked = join(folder, name);
  mkdirSync(unpacked, { recursive: true });
  await execute('tar', ['-xzf', tarball, '--strip-components=1', '-C', unpacked]);
  // Style sheets have no types; they are exported under the names that they have below src.
  const styles = sources.filter((source) => source.endsWith('.css')).map((source) => source.replace('./src/', ''));
  const withoutTypes = styles.length > 0 ? ['--exclude-entrypoints', ...styles] : [];
  return [
    ...(await judge(name, 'publint', ['run', tarball, '--strict'])),
    ...(await judge(name, 'attw', [tarball, '--profile', 'esm-only', ...withoutTypes])),
    ...checkTarball(name, unpacked),
    ...checkModules(name, unpacked),
  ];
}

/**
 * @param {string} name
 * @param {string} program
 * @param {string[]} args
 */
async function judge(name, program, args) {
  try {
    await execute(program, args);
    return [];
  } catch (error) {
    const { stdout, stderr } = /** @type {{ stdout: string, stderr: string }} */ (error);
    return [`${name}: ${program} found fault\n${stdout}${stderr}`];
  }
}
