// The packages that are published: where they are, what they export, and their tarballs.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * @typedef {object} Package
 * @property {string} name
 * @property {string} path Absolute.
 * @property {string[]} sources What its exports name as their source, relative to `path`.
 */

/** @returns {Package[]} */
export function publishedPackages() {
  return readdirSync(join(ROOT, 'packages')).map((folder) => {
    const path = join(ROOT, 'packages', folder);
    /** @type {{ name: string, exports: Record<string, Record<string, string>> }} */
    const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
    const sources = Object.values(manifest.exports).flatMap((entry) => entry['@imflow/source'] ?? []);
    return { name: manifest.name, path, sources };
  });
}

/**
 * Packs every package, as it would be published, into a folder.
 *
 * @param {string} folder
 * @returns {{ name: string, path: string, sources: string[], tarball: string }[]}
 */
export function packAll(folder) {
  return publishedPackages().map(({ name, path, sources }) => {
    requireBuild(path);
    const output = execFileSync('pnpm', ['pack', '--json', '--pack-destination', folder], {
      cwd: path,
      encoding: 'utf8',
    });
    return { name, path, sources, tarball: JSON.parse(output).filename };
  });
}

/** @param {string} path A package's folder. */
export function requireBuild(path) {
  if (!existsSync(join(path, 'dist/index.js'))) {
    throw new Error(`${path} is not built. Run: pnpm run build`);
  }
}
