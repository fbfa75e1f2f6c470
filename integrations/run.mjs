// Uses the packages as new users do: `pnpm run test:consumer [name ...]` (after `pnpm run build`).
//
// Outside the workspace, applications of several kinds install the packed packages with npm. They are type-checked, the
// packages' declarations too, and built; in Chromium a message is written and gets its tick. Without a name, all are
// tried but Next.js, which takes as long as the others together and has a step of its own.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { olderCompilers } from './compilers.mjs';
import { jest } from './jest.mjs';
import { nextJs } from './next.mjs';
import { ownServer } from './ownServer.mjs';
import { registry } from './registry.mjs';
import { nodeAndPageWithoutBundler } from './node.mjs';
import { viteWithPreact, viteWithReact18, viteWithReact19 } from './vite.mjs';
import { packAll } from '../tools/packages.mjs';

/**
 * @typedef {object} Packed
 * @property {string} folder Where applications may be made.
 * @property {Record<string, string>} tarballs The address of each package's tarball, by name.
 */

/** @type {Map<string, (packed: Packed) => Promise<void>>} */
const CONSUMERS = new Map([
  ['react19', viteWithReact19],
  ['react18', viteWithReact18],
  ['preact', viteWithPreact],
  ['node', nodeAndPageWithoutBundler],
  ['server', ownServer],
  ['registry', registry],
  ['compilers', olderCompilers],
  ['jest', jest],
  ['next', nextJs],
]);

const names = process.argv.slice(2);
const unknown = names.filter((name) => !CONSUMERS.has(name));
if (unknown.length > 0)
  throw new Error(`No such consumer: ${unknown.join(', ')}. There are ${Array.from(CONSUMERS.keys()).join(', ')}`);
const chosen = Array.from(CONSUMERS).filter(([name]) => (names.length > 0 ? names.includes(name) : name !== 'next'));

const folder = mkdtempSync(join(tmpdir(), 'imflow-consumer-'));
try {
  const packages = await packAll(folder);
  const tarballs = Object.fromEntries(packages.map(({ name, tarball }) => [name, `file:${tarball}`]));
  const results = await Promise.allSettled(chosen.map(([, consume]) => consume({ folder, tarballs })));
  for (const result of results) {
    if (result.status === 'fulfilled') continue;
    console.error(result.reason instanceof Error ? result.reason.message : result.reason);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
