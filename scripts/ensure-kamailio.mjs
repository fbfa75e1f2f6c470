// Makes sure that there is a Kamailio for the tests of SIP, and says where it is.
//
// Where none is found, it is installed from the packages of Debian or Ubuntu if this user is root; otherwise the command
// that would do it is printed. Without it, those tests are skipped, and say so.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const PROGRAM = '/usr/sbin/kamailio';
const INSTALL = [
  ['apt-get', 'update'],
  ['apt-get', 'install', '-y', '--no-install-recommends', 'kamailio', 'kamailio-websocket-modules'],
];

if (existsSync(PROGRAM) || install()) {
  console.log(PROGRAM);
} else {
  const commands = INSTALL.map((command) => `sudo ${command.join(' ')}`).join(' && ');
  console.error(
    `No Kamailio, so the tests of SIP against a real server will be skipped. On Debian or Ubuntu:\n\n  ${commands}`,
  );
  process.exitCode = 1;
}

function install() {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  console.error('No Kamailio found: installing it from the packages of this system.');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const installed = INSTALL.every(
    ([program = '', ...args]) =>
      spawnSync(program, args, { env, stdio: ['ignore', process.stderr, process.stderr] }).status === 0,
  );
  return installed && existsSync(PROGRAM);
}
