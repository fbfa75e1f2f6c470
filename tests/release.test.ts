import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { ROOT } from '../tools/packages.mjs';
import { problemsOfBump } from '../tools/release/bump.mjs';
import { git, reasonsNotToRelease } from '../tools/release/guard.mjs';
import { publish } from '../tools/release/publish.mjs';
import { changesOf, hasChangesets, versionOf, writeVersions } from '../tools/release/versions.mjs';

/** `npm` for these tests: it notes what is published, and knows of @imflow/core only. */
const NPM = `#!/bin/sh
if [ "$1" = view ]; then case "$2" in @imflow/core@*) echo "\${2##*@}"; exit 0;; *) exit 1;; esac; fi
echo "$@" >> published.log
`;

let root = '';

function write(path: string, content: string | object): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
}

/** A repository of two packages, in which one change waits to be released. */
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'imflow-release-test-'));
  const [folder, path] = [root, process.env['PATH']];
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
    process.env['PATH'] = path;
  });
  process.env['PATH'] = [join(root, 'bin'), join(ROOT, 'node_modules/.bin'), path].join(delimiter);
  const exports = { '.': { '@imflow/source': './src/index.ts' } };
  write('packages/core/package.json', { name: '@imflow/core', version: '1.2.3', exports });
  write('packages/ui/package.json', { name: '@imflow/ui', version: '1.2.3', exports });
  write('package.json', { name: 'sample', private: true });
  write('pnpm-workspace.yaml', 'packages: [packages/*]\n');
  write('pnpm-lock.yaml', '');
  write('.changeset/config.json', readFileSync(join(ROOT, '.changeset/config.json'), 'utf8'));
  write('.changeset/typing.md', `---\n'@imflow/ui': minor\n---\n\nTyping is shown sooner.\n`);
  write('.gitignore', 'published.log\nnode_modules\n');
  write('bin/npm', NPM);
  chmodSync(join(root, 'bin/npm'), 0o755);
  git(root, 'init', '--quiet', '--initial-branch=main');
  for (const [key, value] of [
    ['user.name', 'Ana'],
    ['user.email', 'ana@example.com'],
    ['commit.gpgsign', 'false'],
  ])
    git(root, 'config', String(key), String(value));
  git(root, 'add', '--all');
  git(root, 'commit', '--quiet', '--message', 'Begin');
});

it('a release is refused on another branch, and with changes that are not committed', () => {
  expect(reasonsNotToRelease(root)).toEqual([]);
  write('packages/ui/new.ts', '');
  git(root, 'switch', '--quiet', '--create', 'other');
  expect(reasonsNotToRelease(root)).toEqual([
    'A release is made on main, and this is other.',
    'There are changes that are not committed:\n?? packages/ui/new.ts',
  ]);
});

it('all packages get one version, and those that changed say what', () => {
  expect(hasChangesets(root)).toBe(true);
  writeVersions(root);
  expect(hasChangesets(root)).toBe(false);
  expect(versionOf(root)).toBe('1.3.0');
  expect(changesOf(join(root, 'packages/ui'), '1.3.0')).toMatch(
    /^### Minor Changes\n\n- \w+: Typing is shown sooner\.$/,
  );
  expect(changesOf(join(root, 'packages/ui'), '1.2.3')).toBe('');
  write('packages/core/package.json', { name: '@imflow/core', version: '1.2.4', exports: {} });
  expect(() => versionOf(root)).toThrow('The packages do not share one version: 1.2.4, 1.3.0');
});

it('publishing commits, tags, and leaves out what the registry has; it can be repeated', () => {
  vi.spyOn(console, 'log').mockImplementation(() => {});
  const packages = ['core', 'ui'].map((name) => ({ name: `@imflow/${name}`, tarball: `${name}.tgz`, changes: '' }));
  publish(root, { before: '1.2.3', version: '1.3.0', packages });
  expect(git(root, 'log', '--format=%s', '-1')).toBe('Release 1.3.0');
  expect(git(root, 'tag', '--points-at', 'HEAD')).toBe('v1.3.0');
  expect(reasonsNotToRelease(root)).toEqual([]);
  publish(root, { before: '1.3.0', version: '1.3.0', packages });
  expect(git(root, 'rev-list', '--count', 'HEAD')).toBe('2');
  expect(readFileSync(join(root, 'published.log'), 'utf8')).toBe('publish ui.tgz --access public\n'.repeat(2));
});

it.each([
  ['0.4.0', 'type A = 1;\n', 'patch', []],
  [
    '0.4.0',
    'type A = 1;\ntype B = 2;\n',
    'patch',
    ['The public types grew since v0.4.0: a changeset has to be minor, and none is'],
  ],
  [
    '0.4.0',
    'type A = 2;\n',
    'patch',
    ['The public types changed since v0.4.0: a changeset has to be minor, and none is'],
  ],
  ['0.4.0', 'type A = 2;\n', 'minor', []],
  [
    '1.4.0',
    'type A = 2;\n',
    'minor',
    ['The public types changed since v1.4.0: a changeset has to be major, and none is'],
  ],
  ['1.4.0', 'type A = 1;\ntype B = 2;\n', 'minor', []],
  ['1.4.0', 'type A = 2;\n', 'major', []],
])('after %s, types that are %j need more than a patch (%s)', (version, types, kind, problems) => {
  write('packages/ui/api.md', 'type A = 1;\n');
  git(root, 'add', '--all');
  git(root, 'commit', '--quiet', '--message', 'Release');
  expect(problemsOfBump(root, version)).toEqual([]);
  git(root, 'tag', `v${version}`);
  write('packages/ui/api.md', types);
  write('.changeset/typing.md', `---\n'@imflow/ui': ${kind}\n---\n\nTyping is shown sooner.\n`);
  expect(problemsOfBump(root, version)).toEqual(problems);
});
