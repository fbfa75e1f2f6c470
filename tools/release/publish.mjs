// What a release changes: a commit, a tag, and what the registry has.

import { execFileSync, spawnSync } from 'node:child_process';
import { git } from './guard.mjs';
import { hasChangesets, writeVersions } from './versions.mjs';

/**
 * @param {string} root
 * @param {import('./rehearsal.mjs').Release} release
 */
export function publish(root, { version, packages }) {
  const tag = `v${version}`;
  if (hasChangesets(root)) {
    writeVersions(root);
    git(root, 'add', '--all');
    git(root, 'commit', '--quiet', '--message', `Release ${version}`);
  }
  if (git(root, 'tag', '--list', tag) === '') git(root, 'tag', tag);
  for (const { name, tarball } of packages) {
    if (isPublished(name, version)) console.log(`${name}@${version} is there already`);
    else execFileSync('npm', ['publish', tarball, '--access', 'public'], { cwd: root, stdio: 'inherit' });
  }
  console.log(`Published ${version}. What is left: git push origin main ${tag}`);
}

/**
 * @param {string} name
 * @param {string} version
 */
function isPublished(name, version) {
  const { status, stdout } = spawnSync('npm', ['view', `${name}@${version}`, 'version'], { encoding: 'utf8' });
  return status === 0 && stdout.trim() === version;
}
