// What is wrong with a tarball as a whole: its files, its manifest, its licence.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../packages.mjs';

const WANTED = ['LICENSE', 'README.md', 'package.json'];
const EXPECTED = /^(?:dist\/.+\.(?:js|js\.map|d\.ts|css)|CHANGELOG\.md)$/;
/** What only the workspace understands. */
const LEFTOVERS = ['workspace:', 'catalog:', '@imflow/source'];
const FIELDS = ['description', 'keywords', 'license', 'type', 'sideEffects', 'exports', 'main', 'types', 'engines'];

/**
 * @param {string} name Of the package.
 * @param {string} folder Where it was unpacked.
 * @returns {string[]} Problems.
 */
export function checkTarball(name, folder) {
  const text = readFileSync(join(folder, 'package.json'), 'utf8');
  const manifest = JSON.parse(text);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  const problems = [
    ...LEFTOVERS.filter((leftover) => text.includes(leftover)).map((leftover) => `package.json has ${leftover} in it`),
    ...FIELDS.filter((field) => !(field in manifest)).map((field) => `package.json has no ${field}`),
    ...WANTED.filter((file) => !files.includes(file)).map((file) => `there is no ${file}`),
    ...files
      .filter((file) => !WANTED.includes(file) && !EXPECTED.test(file))
      .map((file) => `${file} should not be in the tarball`),
  ];
  if (files.includes('LICENSE') && readFile(folder, 'LICENSE') !== readFile(ROOT, 'LICENSE'))
    problems.push('LICENSE is not that of the repository');
  // Typed arrays take a type argument only from TypeScript 5.7 on.
  const tooNew = files
    .filter(
      (file) =>
        file.endsWith('.d.ts') && /\b(?:Uint8|Int8|Uint16|Float64|BigUint64)Array</.test(readFile(folder, file)),
    )
    .map((file) => `${file} needs TypeScript 5.7`);
  return [
    ...problems,
    ...tooNew,
    ...problemsOfExports(manifest.exports),
    ...problemsOfTypesVersions(manifest),
    ...problemsOfNotices(manifest, folder),
  ].map((problem) => `${name}: ${problem}`);
}

/**
 * Readers of `exports` take the first condition that they know, so that types come first.
 *
 * @param {Record<string, string | Record<string, string>>} exports
 */
function problemsOfExports(exports) {
  return Object.entries(exports).flatMap(([path, entry]) => {
    if (typeof entry === 'string') return [];
    const conditions = Object.keys(entry);
    return [
      ...(conditions[0] === 'types' ? [] : [`the types of ${path} do not come first`]),
      // Node can require ES modules, and Jest resolves by `require`: with `import` alone they find nothing.
      ...(conditions.at(-1) === 'default' ? [] : [`${path} has no default for those who require it`]),
    ];
  });
}

/**
 * TypeScript with `moduleResolution: node10` reads no `exports`; there, `typesVersions` says where the types are.
 *
 * @param {{ exports: Record<string, string | Record<string, string>>, typesVersions?: Record<string, Record<string,
 *   string[]>> }} manifest
 */
function problemsOfTypesVersions({ exports, typesVersions = {} }) {
  return Object.entries(exports).flatMap(([path, entry]) => {
    if (path === '.' || typeof entry === 'string') return [];
    const subpath = path.slice('./'.length);
    const [types] = typesVersions['*']?.[subpath] ?? [];
    return types === entry.types ? [] : [`typesVersions does not give ${subpath} the types ${entry.types}`];
  });
}

/**
 * A tarball bundles no third-party code. Its README names each runtime dependency and the dependency's licence.
 *
 * @param {{ dependencies?: Record<string, string> }} manifest
 * @param {string} folder
 */
function problemsOfNotices({ dependencies = {} }, folder) {
  const notices = readFile(folder, 'README.md').split('## Licence').at(-1) ?? '';
  return Object.keys(dependencies)
    .filter((dependency) => !notices.includes(`\`${dependency}\``))
    .map((dependency) => `its README does not name ${dependency} and its licence`);
}

/**
 * @param {string} folder
 * @param {string} file
 */
function readFile(folder, file) {
  try {
    return readFileSync(join(folder, file), 'utf8');
  } catch {
    return '';
  }
}
