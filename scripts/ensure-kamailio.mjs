// Makes sure that there are a Kamailio and a SIPp for the tests of SIP, and says where they are.
//
// What is not found is installed from the packages of Debian or Ubuntu if this user is root; otherwise the command that
// would do it is printed. Without them, the tests that need them are skipped, and say so.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const NEEDED = [
  { program: '/usr/sbin/kamailio', packages: ['kamailio', 'kamailio-websocket-modules'] },
  { program: '/usr/bin/sipp', packages: ['sip-tester'] },
];

for (const { program, packages } of NEEDED) {
  const commands = [
    ['apt-get', 'update'],
    ['apt-get', 'install', '-y', '--no-install-recommends', ...packages],
  ];
  if (existsSync(program) || install(program, commands)) {
    console.log(program);
    continue;
  }
  const byHand = commands.map((command) => `sudo ${command.join(' ')}`).join(' && ');
  console.error(`No ${program}, so tests of SIP that need it will be skipped. On Debian or Ubuntu:\n\n  ${byHand}\n`);
  process.exitCode = 1;
}

/**
 * @param {string} program
 * @param {string[][]} commands
 */
function install(program, commands) {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  console.error(`No ${program} found: installing it from the packages of this system.`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const installed = commands.every(
    ([command = '', ...args]) =>
      spawnSync(command, args, { env, stdio: ['ignore', process.stderr, process.stderr] }).status === 0,
  );
  return installed && existsSync(program);
}
