// The packages that are published: where they are, what they export, and their tarballs.

import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * @typedef {object} Package
 * @property {string} name
 * @property {string} version
 * @property {string} path Absolute.
 * @property {string[]} sources What its exports name as their source, relative to `path`.
 * @property {string[]} programs The sources of its commands, relative to `path`.
 */

/**
 * @param {string} [root] Of the repository. Default: this one.
 * @returns {Package[]}
 */
export function publishedPackages(root = ROOT) {
  return readdirSync(join(root, 'packages')).map((folder) => {
    const path = join(root, 'packages', folder);
    /**
     * @type {{ name: string, version: string, exports: Record<string, Record<string, string>>, bin?: Record<string,
     * string> }}
     */
    const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
    const sources = Object.values(manifest.exports).flatMap((entry) => entry['@imflow/source'] ?? []);
    const programs = Object.values(manifest.bin ?? {}).map((file) =>
      file.replace('./dist/', './src/').replace(/\.js$/, '.ts'),
    );
    return { name: manifest.name, version: manifest.version, path, sources, programs };
  });
}

/**
 * The version that all packages share.
 *
 * @param {string} [root] Of the repository. Default: this one.
 * @throws Where they do not.
 */
export function versionOf(root = ROOT) {
  const versions = new Set(publishedPackages(root).map(({ version }) => version));
  const [version] = versions;
  if (version === undefined || versions.size > 1)
    throw new Error(`The packages do not share one version: ${Array.from(versions).join(', ')}`);
  return version;
}

/**
 * What applications import of a package's modules: `@imflow/core`, `@imflow/core/storage`, …
 *
 * @param {Pick<Package, 'name' | 'sources'>} published
 * @returns {{ name: string, source: string }[]}
 */
export function entryPoints({ name, sources }) {
  return sources
    .filter((source) => source.endsWith('.ts'))
    .map((source) => ({ name: name + source.slice('./src'.length).replace(/(?:\/index)?\.ts$/, ''), source }));
}

/**
 * Packs every package, as it would be published, into a folder.
 *
 * @param {string} folder
 * @returns {Promise<(Package & { tarball: string })[]>}
 */
export function packAll(folder) {
  return Promise.all(
    publishedPackages().map(async (published) => {
      requireBuild(published.path);
      const { stdout } = await execute('pnpm', ['pack', '--json', '--pack-destination', folder], {
        cwd: published.path,
      });
      return { ...published, tarball: JSON.parse(stdout).filename };
    }),
  );
}

/** @param {string} path A package's folder. */
export function requireBuild(path) {
  if (!existsSync(join(path, 'dist/index.js'))) {
    throw new Error(`${path} is not built. Run: pnpm run build`);
  }
}
