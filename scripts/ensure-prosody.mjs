// Makes sure that there is an XMPP server (Prosody) to test with, and another client (slixmpp) to talk to.
//
// Where one is missing, both are installed from the packages of Debian or Ubuntu if this user is root. Elsewhere one loud line
// says that the tests which need it are skipped; they then count as skipped, never as passed.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { hasProsody } from './prosody.mjs';

const INSTALL = [
  ['apt-get', 'update'],
  ['apt-get', 'install', '-y', '--no-install-recommends', 'prosody', 'python3-slixmpp'],
];

if (!(hasProsody() && hasClient()) && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
  console.error('No Prosody, or no slixmpp: installing them from the packages of this system.');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  INSTALL.every(([program = '', ...args]) => {
    const { status } = spawnSync(program, args, { stdio: ['ignore', process.stderr, 'inherit'], env });
    return status === 0;
  });
}
if (!hasClient()) console.error('!!! NO SLIXMPP: THE TEST OF @imflow/xmpp WITH ANOTHER CLIENT IS SKIPPED !!!');
console.error(
  hasProsody() ? 'Prosody is there.' : '!!! NO PROSODY: THE TESTS OF @imflow/xmpp ON A REAL SERVER ARE SKIPPED !!!',
);

function hasClient() {
  return spawnSync('/usr/bin/python3', ['-c', 'import slixmpp'], { stdio: 'ignore' }).status === 0;
}
