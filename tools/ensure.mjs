// Makes sure that a program which tests need is installed: `node tools/ensure.mjs [name ...]`. Without a name, all of
// them.
//
// What is missing is installed from the packages of Debian or Ubuntu where this user may do that; otherwise the
// commands that would do it are printed, and the exit code is 1. Tests without their server are skipped and report
// that; skipped never counts as passed. CHROMIUM_PATH chooses a browser of your own.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { findKamailio } from '../packages/sip/test/server/kamailio.mjs';
import { hasNats } from '../packages/server/test/server/nats.mjs';
import { hasPostgres } from '../packages/server/test/server/postgres.mjs';
import { hasProsody } from '../packages/xmpp/test/server/prosody.mjs';

/**
 * @typedef {object} Program
 * @property {() => boolean | Promise<boolean>} isThere
 * @property {string[]} packages Of Debian and Ubuntu.
 * @property {string} without What is not tested without it.
 * @property {() => void} [prepare] Called before the installation.
 */

/** @type {Map<string, Program>} */
const PROGRAMS = new Map([
  [
    'chromium',
    {
      // Playwright exists once the dependencies are installed; the servers need no dependencies.
      isThere: async () => (await import('./chromium.mjs')).findChromium() !== undefined,
      packages: ['chromium', 'fonts-liberation', 'fonts-noto-color-emoji'],
      without: 'nothing can be tested in a browser. Elsewhere, install Chromium or Chrome and set CHROMIUM_PATH',
    },
  ],
  [
    'kamailio',
    {
      isThere: () => findKamailio() !== undefined && existsSync('/usr/bin/sipp'),
      packages: ['kamailio', 'kamailio-websocket-modules', 'sip-tester'],
      without: 'the tests of @imflow/sip on a real server are skipped',
    },
  ],
  [
    'prosody',
    {
      isThere: () => hasProsody() && hasEjabberd() && succeeds('/usr/bin/python3', '-c', 'import slixmpp'),
      packages: ['prosody', 'ejabberd', 'python3-slixmpp'],
      without: 'the tests of @imflow/xmpp on real servers, or with another client, are skipped',
    },
  ],
  [
    'postgres',
    {
      isThere: hasPostgres,
      packages: ['postgresql'],
      without: 'the tests of @imflow/server on PostgreSQL are skipped',
      // The tests start servers of their own; the package must create no cluster.
      prepare() {
        const settings = '/etc/postgresql-common/createcluster.conf';
        mkdirSync('/etc/postgresql-common', { recursive: true });
        if (!existsSync(settings)) writeFileSync(settings, 'create_main_cluster = false\n');
      },
    },
  ],
  [
    'browsers',
    {
      isThere: () =>
        ['/usr/bin/firefox-esr', '/usr/bin/WebKitWebDriver', '/usr/bin/Xvfb'].every((path) => existsSync(path)),
      packages: ['firefox-esr', 'webkit2gtk-driver', 'xvfb'],
      without: 'the tests in Firefox and in WebKit are skipped',
    },
  ],
  [
    'nats',
    { isThere: hasNats, packages: ['nats-server'], without: 'the tests of @imflow/server with NATS are skipped' },
  ],
]);

const names = process.argv.slice(2);
for (const name of names.length > 0 ? names : PROGRAMS.keys()) {
  const program = PROGRAMS.get(name);
  if (program === undefined)
    throw new Error(`The program ${name} is unknown: name one of ${Array.from(PROGRAMS.keys()).join(', ')}`);
  await ensure(name, program);
}

/**
 * @param {string} name
 * @param {Program} program
 */
async function ensure(name, { isThere, packages, without, prepare }) {
  const commands = [
    ['apt-get', 'update'],
    ['apt-get', 'install', '-y', '--no-install-recommends', ...packages],
  ];
  const prefix = (await isThere()) ? undefined : rightsToInstall(name);
  if (prefix !== undefined) {
    console.error(`${name} is missing: installing ${packages.join(', ')} from the packages of this system.`);
    if (prepare !== undefined && process.getuid?.() === 0) prepare();
    commands.every((command) => {
      const [program = '', ...args] = [...prefix, ...command];
      return spawnSync(program, args, { stdio: ['ignore', process.stderr, 'inherit'] }).status === 0;
    });
  }
  if (await isThere()) {
    console.log(`${name} is there.`);
    return;
  }
  const byHand = commands.map((command) => `sudo ${command.join(' ')}`).join(' && ');
  console.error(`!!! No ${name}: ${without}. On Debian or Ubuntu:\n\n  ${byHand}\n`);
  process.exitCode = 1;
}

/**
 * What to put before apt-get, or undefined where this user may not use it.
 *
 * @param {string} name
 */
function rightsToInstall(name) {
  if ((name === 'chromium' && process.env.CHROMIUM_PATH) || !existsSync('/usr/bin/apt-get')) return undefined;
  // RUNLEVEL: no service is started; tests start servers of their own.
  const env = ['env', 'DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1'];
  if (process.getuid?.() === 0) return env;
  return succeeds('sudo', '-n', 'true') ? ['sudo', '-n', ...env] : undefined;
}

function hasEjabberd() {
  const libraries = '/usr/lib/x86_64-linux-gnu';
  return existsSync(libraries) && readdirSync(libraries).some((name) => /^ejabberd-\d/.test(name));
}

/**
 * @param {string} program
 * @param {string[]} args
 */
function succeeds(program, ...args) {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}
