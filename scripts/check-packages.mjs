// Judges the packages as they would be published: `pnpm run check:packages` (after `pnpm run build`).
//
// publint and Are The Types Wrong on each tarball; then what they do not know about: that nothing of the workspace
// is left in it, and that every module for the client says so, since bundlers for the server need to be told.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packAll } from './packages.mjs';

// Hooks, contexts and class components are for the client, and so is all of these packages.
const CLIENT_IMPORT =
  /^import (?:\{[^}]*\b(?:use[A-Z]?\w*|createContext|Component)\b[^}]*\} from ["']react["']|.* from ["'](?:react-dom|zustand|virtua)["'])/m;
const CLIENT_DIRECTIVE = /^["']use client["'];/;

const folder = mkdtempSync(join(tmpdir(), 'imflow-packages-'));
/** @type {string[]} */
const problems = [];
try {
  for (const { name, path, sources, tarball } of await packAll(folder)) {
    check(name, 'publint', ['run', tarball, '--strict']);
    // Style sheets have no types; they are exported under the names that they have below src.
    const styles = sources.filter((source) => source.endsWith('.css')).map((source) => source.replace('./src/', ''));
    check(name, 'attw', [
      tarball,
      '--profile',
      'esm-only',
      ...(styles.length > 0 ? ['--exclude-entrypoints', ...styles] : []),
    ]);
    checkManifest(name, tarball);
    checkModules(name, join(path, 'dist'));
  }
} finally {
  rmSync(folder, { recursive: true });
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;

/**
 * @param {string} name
 * @param {string} program
 * @param {string[]} args
 */
function check(name, program, args) {
  try {
    execFileSync(program, args, { encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = /** @type {{ stdout: string, stderr: string }} */ (error);
    problems.push(`${name}: ${program} found fault\n${stdout}${stderr}`);
  }
}

/**
 * @param {string} name
 * @param {string} tarball
 */
function checkManifest(name, tarball) {
  const manifest = execFileSync('tar', ['-xzOf', tarball, 'package/package.json'], { encoding: 'utf8' });
  for (const leftover of ['workspace:', 'catalog:', '@imflow/source']) {
    if (manifest.includes(leftover)) problems.push(`${name}: the published package.json has ${leftover} in it`);
  }
  const files = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n');
  const stray = files.filter(
    (file) => !/^package\/(?:dist\/.+\.(?:js|js\.map|d\.ts|css)|[^/]+\.md|LICENSE|package\.json)$/.test(file),
  );
  if (stray.length > 0) problems.push(`${name}: the tarball has files that it should not: ${stray.join(', ')}`);
}

/**
 * @param {string} name
 * @param {string} dist
 */
function checkModules(name, dist) {
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    const code = /\.(?:js|d\.ts)$/.test(file) ? readFileSync(join(dist, file), 'utf8') : '';
    if (file.endsWith('.js') && CLIENT_IMPORT.test(code) && !CLIENT_DIRECTIVE.test(code)) {
      problems.push(`${name}: dist/${file} runs in the client and does not begin with "use client"`);
    }
    if (/from ['"]\.[^'"]*\.tsx?['"]/.test(code)) problems.push(`${name}: dist/${file} imports a source file`);
  }
}
