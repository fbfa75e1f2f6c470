// A release in a copy of what is committed, up to the tarballs.

import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { packAll } from '../packages.mjs';
import { changesOf, hasChangesets, versionOf, writeVersions } from './versions.mjs';
import { git } from './guard.mjs';

/**
 * @typedef {object} Release
 * @property {string} before The version that the packages have now.
 * @property {string} version
 * @property {{ name: string, tarball: string, changes: string }[]} packages
 */

/**
 * @param {string} root
 * @param {string} folder Empty; gets the copy and the tarballs.
 * @returns {Promise<Release>}
 */
export async function rehearse(root, folder) {
  const copy = join(folder, 'copy');
  git(root, 'clone', '--quiet', '--no-hardlinks', root, copy);
  run(copy, 'pnpm', 'install', '--frozen-lockfile', '--prefer-offline', '--silent');
  const before = versionOf(copy);
  if (hasChangesets(copy)) writeVersions(copy);
  const version = versionOf(copy);
  run(copy, 'pnpm', 'run', 'build');
  run(copy, 'pnpm', 'run', 'check:packages');
  const tarballs = join(folder, 'tarballs');
  mkdirSync(tarballs);
  const packages = await packAll(tarballs, copy);
  return {
    before,
    version,
    packages: packages.map(({ name, path, tarball }) => ({ name, tarball, changes: changesOf(path, version) })),
  };
}

/**
 * @param {string} folder
 * @param {string} program
 * @param {string[]} args
 */
function run(folder, program, ...args) {
  execFileSync(program, args, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
}
