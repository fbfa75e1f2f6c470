// What a release would publish, in words.

import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { basename } from 'node:path';

/** @param {import('./rehearsal.mjs').Release} release */
export function tellRelease({ before, version, packages }) {
  const what = before === version ? `${version}, which no changeset raises` : `${before} -> ${version}`;
  const tarballs = packages.map(({ name, tarball }) => {
    const files = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n').length;
    const size = `${(statSync(tarball).size / 1000).toFixed(1)} kB`;
    return `  ${name.padEnd(16)} ${basename(tarball).padEnd(28)} ${size.padStart(9)} ${String(files).padStart(5)} files`;
  });
  const changes = packages.map(({ name, changes: text }) => `${name} ${version}\n\n${text || 'No changes.'}\n`);
  return [`Release ${what}`, '', ...tarballs, '', ...changes].join('\n');
}
