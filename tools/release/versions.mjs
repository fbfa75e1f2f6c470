// Versions and changelogs, made of the changesets.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { publishedPackages } from '../packages.mjs';

/** Whether anything waits to be released. @param {string} root */
export function hasChangesets(root) {
  return readdirSync(join(root, '.changeset')).some((file) => file.endsWith('.md') && file !== 'README.md');
}

/**
 * Writes versions and changelogs, and removes the changesets.
 *
 * @param {string} root
 */
export function writeVersions(root) {
  execFileSync('changeset', ['version'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}

/**
 * The version that all packages share.
 *
 * @param {string} root
 * @throws Where they do not.
 */
export function versionOf(root) {
  const versions = new Set(publishedPackages(root).map(({ version }) => version));
  const [version] = versions;
  if (version === undefined || versions.size > 1)
    throw new Error(`The packages do not share one version: ${Array.from(versions).join(', ')}`);
  return version;
}

/**
 * What the changelog of a package says of a version, without its heading. Empty where it says nothing.
 *
 * @param {string} path Of the package.
 * @param {string} version
 */
export function changesOf(path, version) {
  const file = join(path, 'CHANGELOG.md');
  if (!existsSync(file)) return '';
  const sections = readFileSync(file, 'utf8').split(/^## /m);
  const own = sections.find((section) => section.startsWith(`${version}\n`)) ?? '';
  return own.slice(version.length).trim();
}
