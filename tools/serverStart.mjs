// Helpers of the throwaway servers of tests: a port that stays free until a server listens, and a wait until it does.

import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';

/**
 * Below the range from which systems assign free ports, such as those of the proxies of tests: a server may need
 * seconds until it listens, and by then a port of that range may belong to another program.
 */
const PORTS = { first: 15_000, count: 17_000 };
/** A server that has not worked for this time has failed to start, in ms. */
const MAX_IDLE = 20_000;
/** What a server may compute until it listens, in ms of processor time. */
const MAX_WORK = 30_000;

/** A port on which no program listens, as a rule for UDP as well as for TCP. */
export async function freePort() {
  for (;;) {
    const port = PORTS.first + Math.floor(Math.random() * PORTS.count);
    if (await isFree(port)) return port;
  }
}

/**
 * Resolves once a server listens on a port. How long that takes depends on how busy the machine is, so it is the work
 * of the server that is limited, not the time.
 * @param {number} port
 * @param {import('node:child_process').ChildProcess} server
 * @param {string} name Of the server.
 */
export async function listening(port, server, name) {
  let worked = 0;
  let end = Date.now() + MAX_IDLE;
  while (!(await answers(port))) {
    if (server.exitCode !== null || server.signalCode !== null) throw new Error(`${name} ended instead of starting.`);
    const work = workOf(server.pid);
    // A waiting process uses a little processor time too.
    if (work > worked + 100) [worked, end] = [work, Date.now() + MAX_IDLE];
    if (Date.now() > end || worked > MAX_WORK) throw new Error(`${name} did not start.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/**
 * The processor time of a process, in ms; 0 where the system does not report it.
 * @param {number | undefined} pid
 */
function workOf(pid) {
  try {
    // The name of the program, in brackets, may hold spaces. Fields 14 and 15 are in hundredths of a second.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return 0;
  }
}

/** @param {number} port */
function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/** @param {number} port */
function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });
}
