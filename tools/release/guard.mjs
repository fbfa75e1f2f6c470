// Whether this is a moment for a release.

import { execFileSync } from 'node:child_process';

/**
 * @param {string} root Of the repository.
 * @returns {string[]} Why not, in sentences. Empty: it is.
 */
export function reasonsNotToRelease(root) {
  const branch = git(root, 'branch', '--show-current');
  const changed = git(root, 'status', '--porcelain');
  return [
    ...(branch === 'main' ? [] : [`A release is made on main, and this is ${branch || 'no branch'}.`]),
    ...(changed === '' ? [] : [`There are changes that are not committed:\n${changed}`]),
  ];
}

/**
 * @param {string} root
 * @param {string[]} args
 */
export function git(root, ...args) {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trimEnd();
}
