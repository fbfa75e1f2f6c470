// Starts a throwaway NATS server on the loopback interface, on a free port.

import { spawn, spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { freePort } from '../../../../tools/serverStart.mjs';

const PROGRAM = 'nats-server';
/** How long the server may take to start, in ms. */
const START_TIMEOUT = 10_000;

export function hasNats() {
  return spawnSync(PROGRAM, ['--version'], { stdio: 'ignore' }).status === 0;
}

/**
 * @typedef {object} NatsServer
 * @property {string} url
 * @property {() => Promise<void>} kill Ends it by SIGKILL.
 * @property {() => Promise<void>} start Starts it again, on the same port.
 */

/** @returns {Promise<NatsServer>} */
export async function startNats() {
  const port = await freePort();
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let server;
  const killNow = () => void server?.kill('SIGKILL');
  process.once('exit', killNow);

  async function start() {
    server = spawn(PROGRAM, ['-a', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
    const end = Date.now() + START_TIMEOUT;
    while (!(await answers(port))) {
      if (Date.now() > end) throw new Error('NATS did not start in time.');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  await start();
  return {
    url: `nats://127.0.0.1:${port}`,
    start,
    async kill() {
      const exited = new Promise((resolve) => server?.once('exit', resolve));
      if (server?.kill('SIGKILL') === true) await exited;
    },
  };
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
