// Starts a throwaway PostgreSQL server on the loopback interface, on a free port, with its data in a temporary folder.

import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../../tools/serverStart.mjs';

const FOLDERS = '/usr/lib/postgresql';
/** How long the server may take to start, in ms. */
const START_TIMEOUT = 30_000;

/** The folder of the programs of the newest version that is installed; undefined where there is none. */
function programs() {
  if (!existsSync(FOLDERS)) return undefined;
  const versions = readdirSync(FOLDERS).toSorted((one, other) => Number(other) - Number(one));
  return versions.map((version) => join(FOLDERS, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')));
}

export function hasPostgres() {
  return programs() !== undefined;
}

/**
 * @typedef {object} PostgresServer
 * @property {string} connectionString
 * @property {number} pid Of its first process, whose children the others are. Another one after `start`.
 * @property {() => Promise<void>} kill Ends it as a loss of power would (SIGKILL); its children end once they notice.
 * @property {() => Promise<void>} start Starts it again, on the same port with the same data.
 * @property {() => Promise<void>} stop Ends it and deletes its data.
 */

/** @returns {Promise<PostgresServer>} */
export async function startPostgres() {
  const bin = programs();
  if (bin === undefined) throw new Error('PostgreSQL is not installed.');
  const folder = mkdtempSync(join(tmpdir(), 'imflow-postgres-'));
  // It refuses to run as root.
  const owner = process.getuid?.() === 0 ? accountOf('postgres') : undefined;
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'imflow', '-A', 'trust', '-E', 'UTF8', '--no-locale'], {
    ...owner,
    cwd: folder,
    stdio: 'ignore',
  });
  const port = await freePort();
  const connectionString = `postgres://imflow@127.0.0.1:${port}/postgres`;
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let server;
  const killNow = () => void (server?.pid !== undefined && killGroup(server.pid));
  process.once('exit', killNow);

  async function start() {
    const end = Date.now() + START_TIMEOUT;
    do {
      if (Date.now() > end) throw new Error('PostgreSQL did not start in time.');
      // The children of a killed server end a moment after it. Until then a new server finds their shared memory in
      // use, and ends.
      if (server === undefined || hasEnded(server)) {
        server = spawn(join(bin ?? '', 'postgres'), ['-D', data, '-p', String(port), '-k', folder, '-h', '127.0.0.1'], {
          ...owner,
          cwd: folder,
          detached: true,
          stdio: 'ignore',
        });
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    } while (!isReady(bin ?? '', port));
  }

  async function kill() {
    const running = server;
    server = undefined;
    if (running?.pid === undefined || hasEnded(running)) return;
    const exited = new Promise((resolve) => running.once('exit', resolve));
    killGroup(running.pid);
    await exited;
  }

  await start();
  return {
    connectionString,
    get pid() {
      return server?.pid ?? 0;
    },
    kill,
    start,
    async stop() {
      process.off('exit', killNow);
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** @param {import('node:child_process').ChildProcess} child */
function hasEnded({ exitCode, signalCode }) {
  return exitCode !== null || signalCode !== null;
}

/** @param {number} id */
function killGroup(id) {
  try {
    process.kill(-id, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

/**
 * @param {string} bin
 * @param {number} port
 */
function isReady(bin, port) {
  try {
    execFileSync(join(bin, 'pg_isready'), ['-q', '-h', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {string} name
 * @returns {{ uid: number, gid: number }}
 */
function accountOf(name) {
  const number = (/** @type {string} */ flag) => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }).trim());
  return { uid: number('-u'), gid: number('-g') };
}
