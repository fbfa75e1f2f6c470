// Makes sure that there is a Chromium to test in, and prints its path.
//
// Where none is found, it is installed from the packages of Debian or Ubuntu if this user may do that;
// otherwise the command that would do it is printed. CHROMIUM_PATH chooses a browser of your own.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findChromium } from './chromium.mjs';

const INSTALL = [
  ['apt-get', 'update'],
  ['apt-get', 'install', '-y', '--no-install-recommends', 'chromium', 'fonts-liberation', 'fonts-noto-color-emoji'],
];

const path = findChromium() ?? (install() ? findChromium() : undefined);
if (path) {
  console.log(path);
} else {
  console.error(explanation());
  process.exitCode = 1;
}

function install() {
  const prefix = rightsToInstall();
  if (!prefix) return false;
  console.error('No Chromium found: installing it from the packages of this system.');
  return INSTALL.every((command) => run([...prefix, ...command], 'inherit'));
}

/** What to put before apt-get, or undefined where this user may not use it. */
function rightsToInstall() {
  if (process.env.CHROMIUM_PATH || !existsSync('/usr/bin/apt-get')) return undefined;
  if (process.getuid?.() === 0) return ['env', 'DEBIAN_FRONTEND=noninteractive'];
  return run(['sudo', '-n', 'true'], 'ignore') ? ['sudo', '-n', 'env', 'DEBIAN_FRONTEND=noninteractive'] : undefined;
}

/**
 * @param {readonly string[]} command
 * @param {'ignore' | 'inherit'} output
 */
function run([program = '', ...args], output) {
  return (
    spawnSync(program, args, { stdio: ['ignore', output === 'inherit' ? process.stderr : 'ignore', output] }).status ===
    0
  );
}

function explanation() {
  if (process.env.CHROMIUM_PATH) return `CHROMIUM_PATH is ${process.env.CHROMIUM_PATH}, which cannot be run.`;
  const commands = INSTALL.map((command) => `sudo ${command.join(' ')}`).join(' && ');
  return `The browser tests need Chromium, and none was found. On Debian or Ubuntu:\n\n  ${commands}\n\nElsewhere, install Chromium or Chrome and set CHROMIUM_PATH to its program.`;
}
