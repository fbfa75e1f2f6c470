// Starts a throwaway SIP server (Kamailio) on the loopback interface, on free ports, with its files in a temporary folder.

import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kamailioConfig } from './kamailioConfig.mjs';
import { freePort } from '../../../../tools/serverStart.mjs';

/**
 * A SIP server: registrar and proxy of the domain `sip.test`. Each user's password is the name with `pw` behind it.
 *
 * @typedef {object} Kamailio
 * @property {string} webSocketUrl The address to which browsers and Node connect, with the sub-protocol `sip` (RFC
 * 7118).
 * @property {number} port SIP over UDP and TCP on 127.0.0.1.
 * @property {() => Promise<void>} stop
 */

/** The program, or undefined where `node tools/ensure.mjs kamailio` has to install it. */
export function findKamailio() {
  const program = ['/usr/sbin/kamailio', '/usr/local/sbin/kamailio'].find((path) => existsSync(path));
  return program !== undefined && modulesFolder() !== undefined ? program : undefined;
}

/**
 * @param {{ more?: string }} [settings] `more`: further lines of the configuration.
 * @returns {Promise<Kamailio>}
 */
export async function startKamailio({ more = '' } = {}) {
  const [program, modules] = [findKamailio(), modulesFolder()];
  if (program === undefined || modules === undefined) throw new Error('No Kamailio: node tools/ensure.mjs kamailio');
  const [port, webSocketPort] = [await freePort(), await freePort()];
  const folder = mkdtempSync(join(tmpdir(), 'imflow-kamailio-'));
  const config = join(folder, 'kamailio.cfg');
  writeFileSync(config, kamailioConfig({ folder, modules, port, webSocketPort, more }));
  const server = spawn(program, ['-DD', '-E', '-f', config, '-P', join(folder, 'pid'), '-Y', folder, '-w', folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  server.stderr.on('data', (data) => {
    log = (log + String(data)).slice(-8_000);
  });
  const exited = once(server, 'exit');
  const kill = () => server.kill('SIGTERM');
  process.once('exit', kill);

  async function stop() {
    if (server.exitCode === null && server.signalCode === null) kill();
    await exited;
    process.off('exit', kill);
    rmSync(folder, { recursive: true, force: true });
  }
  const failed = exited.then(() => {
    throw new Error(`Kamailio did not start:\n${log}`);
  });
  try {
    await Promise.race([answersOptions(port), failed]);
  } catch (error) {
    await stop();
    throw error;
  }
  failed.catch(() => undefined);
  return { webSocketUrl: `ws://127.0.0.1:${webSocketPort}`, port, stop };
}

/**
 * Sends requests over UDP until the server answers. Rejects after 10 s.
 *
 * @param {number} port
 */
function answersOptions(port) {
  const socket = createSocket('udp4');
  return new Promise((resolve, reject) => {
    let attempts = 0;
    const ask = () => {
      attempts += 1;
      if (attempts > 100) reject(new Error('Kamailio does not answer.'));
      else socket.send(optionsRequest(port, socket.address().port, attempts), port, '127.0.0.1');
    };
    const timer = setInterval(ask, 100);
    socket.on('close', () => clearInterval(timer));
    socket.once('message', () => resolve(undefined));
    // The port is refused as long as no program listens.
    socket.on('error', () => undefined);
    socket.bind(0, '127.0.0.1', ask);
  }).finally(() => socket.close());
}

/**
 * @param {number} port
 * @param {number} from
 * @param {number} attempt
 */
function optionsRequest(port, from, attempt) {
  return [
    `OPTIONS sip:127.0.0.1:${port} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${from};branch=z9hG4bKready${attempt};rport`,
    'From: <sip:ready@sip.test>;tag=ready',
    `To: <sip:127.0.0.1:${port}>`,
    `Call-ID: ready-${from}-${attempt}`,
    'CSeq: 1 OPTIONS',
    'Max-Forwards: 10',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}

function modulesFolder() {
  const folders = readdirSync('/usr/lib').map((name) => `/usr/lib/${name}/kamailio/modules/`);
  return folders.find((folder) => existsSync(join(folder, 'websocket.so')));
}
