// Makes sure that there is a PostgreSQL to test `@imflow/server` with.
//
// Where it is missing and this user is root, it is installed from the packages of Debian or Ubuntu. Elsewhere one loud
// line says that the tests which need it are skipped; they then count as skipped, never as passed.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { hasPostgres } from './postgres.mjs';

const INSTALL = [
  ['apt-get', 'update'],
  ['apt-get', 'install', '-y', '--no-install-recommends', 'postgresql'],
];

if (!hasPostgres() && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
  console.error('PostgreSQL is missing: installing it from the packages of this system.');
  // No cluster is created and no service started: the tests start servers of their own.
  const settings = '/etc/postgresql-common/createcluster.conf';
  mkdirSync('/etc/postgresql-common', { recursive: true });
  if (!existsSync(settings)) writeFileSync(settings, 'create_main_cluster = false\n');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  INSTALL.every(([program = '', ...args]) => {
    const { status } = spawnSync(program, args, { stdio: ['ignore', process.stderr, 'inherit'], env });
    return status === 0;
  });
}
console.error(
  hasPostgres() ? 'PostgreSQL is there.' : '!!! NO POSTGRESQL: THE TESTS OF @imflow/server ON IT ARE SKIPPED !!!',
);
