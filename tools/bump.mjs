// Checks the kinds of the changesets: a change of the public types is not a patch.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const KINDS = ['patch', 'minor', 'major'];

/**
 * Compares the api.md of every package with the one that was released, by its tag. Without that tag there is nothing to compare with.
 *
 * @param {string} root
 * @param {string} version That was released last.
 * @returns {string[]} Problems.
 */
export function problemsOfBump(root, version) {
  const tag = `v${version}`;
  if (git(root, 'tag', '--list', tag) === '') return [];
  const changed = git(root, 'diff', '--numstat', tag, '--', 'packages/*/api.md').split('\n').filter(Boolean);
  if (changed.length === 0) return [];
  // A removed or changed line is a type on which an application may rely. Below 1.0 a minor version may break.
  const breaks = changed.some((line) => line.split('\t')[1] !== '0');
  const needed = breaks && !version.startsWith('0.') ? 'major' : 'minor';
  if (KINDS.indexOf(pendingKind(root)) >= KINDS.indexOf(needed)) return [];
  return [`The public types ${breaks ? 'changed' : 'grew'} since ${tag}: a changeset has to be ${needed}, and none is`];
}

/**
 * The greatest change that waits to be released; empty where none does.
 *
 * @param {string} root
 */
function pendingKind(root) {
  const files = readdirSync(join(root, '.changeset')).filter((file) => file.endsWith('.md'));
  const texts = files.map((file) => readFileSync(join(root, '.changeset', file), 'utf8'));
  const kinds = texts.flatMap((text) =>
    Array.from(text.matchAll(/^['"]@imflow\/[\w-]+['"]: (\w+)$/gm), ([, kind]) => kind),
  );
  return KINDS.findLast((kind) => kinds.includes(kind)) ?? '';
}

/**
 * @param {string} root
 * @param {string[]} args
 */
function git(root, ...args) {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trimEnd();
}
