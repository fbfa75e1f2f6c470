// Makes sure that there are two XMPP servers (Prosody and ejabberd) to test with, and another client (slixmpp) to talk to.
//
// What is missing is installed from the packages of Debian or Ubuntu if this user is root. Elsewhere one loud line
// says that the tests which need it are skipped; they then count as skipped, never as passed.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { hasProsody } from './prosody.mjs';

const INSTALL = [
  ['apt-get', 'update'],
  ['apt-get', 'install', '-y', '--no-install-recommends', 'prosody', 'ejabberd', 'python3-slixmpp'],
];

if (!(hasProsody() && hasEjabberd() && hasClient()) && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
  console.error('Prosody, ejabberd or slixmpp is missing: installing them from the packages of this system.');
  // No service is started (RUNLEVEL): the tests start servers of their own.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  INSTALL.every(([program = '', ...args]) => {
    const { status } = spawnSync(program, args, { stdio: ['ignore', process.stderr, 'inherit'], env });
    return status === 0;
  });
}
if (!hasClient()) console.error('!!! NO SLIXMPP: THE TEST OF @imflow/xmpp WITH ANOTHER CLIENT IS SKIPPED !!!');
if (!hasEjabberd()) console.error('!!! NO EJABBERD: THE TESTS OF @imflow/xmpp ON EJABBERD ARE SKIPPED !!!');
console.error(
  hasProsody() ? 'Prosody is there.' : '!!! NO PROSODY: THE TESTS OF @imflow/xmpp ON A REAL SERVER ARE SKIPPED !!!',
);

function hasClient() {
  return spawnSync('/usr/bin/python3', ['-c', 'import slixmpp'], { stdio: 'ignore' }).status === 0;
}

function hasEjabberd() {
  const libraries = '/usr/lib/x86_64-linux-gnu';
  return existsSync(libraries) && readdirSync(libraries).some((name) => /^ejabberd-\d/.test(name));
}
