import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { checkModules } from '../tools/checks/modules.mjs';
import { checkTarball } from '../tools/checks/tarball.mjs';

const MANIFEST = {
  name: '@imflow/sample',
  description: 'A sample',
  keywords: [],
  license: 'MIT',
  type: 'module',
  sideEffects: false,
  main: './dist/index.js',
  types: './dist/index.d.ts',
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
  dependencies: { zustand: '^5.0.0' },
  engines: { node: '>=20.19' },
};
const MAP = JSON.stringify({ sources: ['../src/clock.ts'], sourcesContent: ['export const now = 1;'] });
const LICENSE = readFileSync(join(import.meta.dirname, '../LICENSE'), 'utf8');

/** A valid package, unpacked, with the given files in place of its own. */
function unpacked(files: Readonly<Record<string, string>> = {}, manifest: object = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'imflow-package-checks-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const sound = {
    'package.json': JSON.stringify({ ...MANIFEST, ...manifest }),
    LICENSE,
    'README.md': '# Sample\n\n## Licence\n\nMIT. Installed with it: `zustand` (MIT).\n',
    'dist/index.js': `export { now } from './clock.js';\n`,
    'dist/clock.js': `import 'zustand';\nexport const now = 1;\n`,
    'dist/clock.js.map': MAP,
  };
  for (const [path, content] of Object.entries({ ...sound, ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

it('a correct package has no problems', () => {
  const folder = unpacked();
  expect([...checkModules('sample', folder), ...checkTarball('sample', folder)]).toEqual([]);
});

it.each([
  [
    'a hook without the directive',
    `import { useState } from "react";\nimport 'zustand';`,
    'does not begin with "use client"',
  ],
  [
    'a hook of another package without the directive',
    `import 'zustand';\nexport const x = () => useFlow();`,
    'does not begin with "use client"',
  ],
  [
    'the directive in the engine',
    `'use client';\nimport 'zustand';\nexport const now = 1;`,
    'has nothing that needs it',
  ],
  [
    'an undeclared import',
    `import 'zustand';\nimport { openDB } from 'idb';`,
    'imports idb, which package.json does not',
  ],
  [
    'an undeclared import that is loaded later',
    `import 'zustand';\nawait import('idb/with');`,
    'imports idb/with, which package.json does',
  ],
  [
    'an undeclared export of another package',
    `import 'zustand';\nexport { openDB } from 'idb';`,
    'imports idb, which package.json does not',
  ],
  ['the source of a module', `import 'zustand';\nimport './other.ts';`, 'imports the source ./other.ts'],
  ['a dependency that nothing imports', 'export const now = 1;', 'depends on zustand, which no module imports'],
])('modules: %s', (_, code, problem) => {
  const reactIsDeclared = { peerDependencies: { react: '^19.0.0' } };
  const problems = checkModules('sample', unpacked({ 'dist/clock.js': code }, reactIsDeclared));
  expect(problems).toEqual([expect.stringContaining(problem)]);
});

it.each([
  ['without the text', { sources: ['../src/clock.ts'], sourcesContent: [null] }, 'without the text of ../src/clock.ts'],
  [
    'with the text of other packages',
    { sources: ['../../idb/index.js'], sourcesContent: [' '] },
    'which is not below src',
  ],
])('source maps %s', (_, map, problem) => {
  const folder = unpacked({ 'dist/clock.js.map': JSON.stringify(map) });
  expect(checkModules('sample', folder)).toEqual([expect.stringContaining(problem)]);
});

it('the check requires a source map of each module of the package', () => {
  const folder = unpacked({ 'dist/other.js': 'export const other = 1;\n' });
  expect(checkModules('sample', folder)).toEqual(['sample: dist/other.js has no source map']);
});

it.each([
  ['a file of the sources', { 'src/clock.ts': '' }, {}, 'src/clock.ts should not be in the tarball'],
  ['another licence', { LICENSE: 'Mine' }, {}, 'LICENSE is not that of the repository'],
  ['a dependency without notice', { 'README.md': '## Licence\n\nMIT.' }, {}, 'does not name zustand'],
  ['a range of the workspace', {}, { dependencies: { zustand: 'catalog:' } }, 'package.json has catalog: in it'],
  [
    'types that are not the first condition',
    {},
    { exports: { '.': { node: 'c', types: 'b', default: 'a' } } },
    'the types of . do not come first',
  ],
  [
    'an entry that cannot be required',
    {},
    { exports: { '.': { types: 'b', import: 'a' } } },
    '. has no default for those who require it',
  ],
  [
    'an entry without types for old tools',
    {},
    {
      exports: { ...MANIFEST.exports, './files': { types: './dist/files.d.ts', default: './dist/files.js' } },
      typesVersions: { '*': { others: ['./dist/files.d.ts'] } },
    },
    'typesVersions does not give files the types ./dist/files.d.ts',
  ],
  ['no main entry for old tools', {}, { main: undefined }, 'package.json has no main'],
  [
    'declarations that need a new TypeScript',
    { 'dist/index.d.ts': 'export declare const a: Uint8Array<ArrayBuffer>;' },
    {},
    'dist/index.d.ts needs TypeScript 5.7',
  ],
  ['a manifest without sideEffects', {}, { sideEffects: undefined }, 'package.json has no sideEffects'],
])('tarballs: %s', (_, files, manifest, problem) => {
  expect(checkTarball('sample', unpacked(files, manifest))).toEqual([expect.stringContaining(problem)]);
});
