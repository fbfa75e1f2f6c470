import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { problemsOfBump } from '../tools/bump.mjs';
import { ROOT, versionOf } from '../tools/packages.mjs';

let root = '';

function write(path: string, content: string | object): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trimEnd();
}

/** A repository of two packages, in which one change waits to be released. */
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'imflow-release-test-'));
  const [folder, path] = [root, process.env['PATH']];
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
    process.env['PATH'] = path;
  });
  process.env['PATH'] = [join(ROOT, 'node_modules/.bin'), path].join(delimiter);
  const exports = { '.': { '@imflow/source': './src/index.ts' } };
  write('packages/core/package.json', { name: '@imflow/core', version: '1.2.3', exports });
  write('packages/ui/package.json', { name: '@imflow/ui', version: '1.2.3', exports });
  write('package.json', { name: 'sample', private: true });
  write('pnpm-workspace.yaml', 'packages: [packages/*]\n');
  write('pnpm-lock.yaml', '');
  write('.changeset/config.json', readFileSync(join(ROOT, '.changeset/config.json'), 'utf8'));
  write('.changeset/typing.md', `---\n'@imflow/ui': minor\n---\n\nTyping is shown sooner.\n`);
  write('.gitignore', 'node_modules\n');
  git('init', '--quiet', '--initial-branch=main');
  for (const [key, value] of [
    ['user.name', 'Ana'],
    ['user.email', 'ana@example.com'],
    ['commit.gpgsign', 'false'],
  ])
    git('config', String(key), String(value));
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Begin');
});

it('all packages get one version, and those that changed list their changes', () => {
  execFileSync('changeset', ['version'], { cwd: root, stdio: 'ignore' });
  expect(versionOf(root)).toBe('1.3.0');
  expect(readFileSync(join(root, 'packages/ui/CHANGELOG.md'), 'utf8')).toMatch(
    /^## 1\.3\.0\n\n### Minor Changes\n\n- \w+: Typing is shown sooner\.$/m,
  );
  write('packages/core/package.json', { name: '@imflow/core', version: '1.2.4', exports: {} });
  expect(() => versionOf(root)).toThrow('The packages do not share one version: 1.2.4, 1.3.0');
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
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Release');
  expect(problemsOfBump(root, version)).toEqual([]);
  git('tag', `v${version}`);
  write('packages/ui/api.md', types);
  write('.changeset/typing.md', `---\n'@imflow/ui': ${kind}\n---\n\nTyping is shown sooner.\n`);
  expect(problemsOfBump(root, version)).toEqual(problems);
});
