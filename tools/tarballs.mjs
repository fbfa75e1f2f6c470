// Builds every package and packs it: `npm run tarballs [folder]`. Default: `tarballs` in the repository. An application
// can then install packages that no registry has; the last line of the output says how.

import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { packAll, ROOT } from './packages.mjs';

const folder = resolve(process.argv[2] ?? join(ROOT, 'tarballs'));
const { status } = spawnSync('pnpm', ['run', 'build'], { cwd: ROOT, stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);
mkdirSync(folder, { recursive: true });
const packages = await packAll(folder);
console.log(packages.map(({ tarball }) => tarball).join('\n'));
console.log(`\nWith a server of your own: ${install(/\/(?:core|react|server|ui|websocket)$/)}`);
console.log(`\nIn your application: ${install(/\/(?:core|react|ui)$/)}`);

/** @param {RegExp} wanted */
function install(wanted) {
  const tarballs = packages.filter(({ name }) => wanted.test(name)).map(({ tarball }) => tarball);
  return `npm install ${tarballs.join(' ')}`;
}
