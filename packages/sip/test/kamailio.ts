import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kamailioConfig } from './kamailioConfig.ts';

/** A SIP server on the loopback interface: registrar and proxy of the domain `sip.test`. */
export interface Kamailio {
  /** Where browsers and Node connect, with the sub-protocol `sip` (RFC 7118). */
  readonly webSocketUrl: string;
  /** SIP over UDP and TCP on 127.0.0.1. */
  readonly port: number;
  stop(): Promise<void>;
}

/** The program, or undefined where `node scripts/ensure-kamailio.mjs` has to install it. */
export function findKamailio(): string | undefined {
  const program = ['/usr/sbin/kamailio', '/usr/local/sbin/kamailio'].find((path) => existsSync(path));
  return program !== undefined && modulesFolder() !== undefined ? program : undefined;
}

/** Starts a server with free ports and files of its own; each user's password is the name with `pw` behind it. */
export async function startKamailio(): Promise<Kamailio> {
  const [program, modules] = [findKamailio(), modulesFolder()];
  if (program === undefined || modules === undefined) throw new Error('No Kamailio: node scripts/ensure-kamailio.mjs');
  const [port, webSocketPort] = [await freePort(), await freePort()];
  const folder = mkdtempSync(join(tmpdir(), 'imflow-kamailio-'));
  const config = join(folder, 'kamailio.cfg');
  writeFileSync(config, kamailioConfig({ folder, modules, port, webSocketPort }));
  const server = spawn(program, ['-DD', '-E', '-f', config, '-P', join(folder, 'pid'), '-Y', folder, '-w', folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  server.stderr.on('data', (data: Buffer) => {
    log = (log + data.toString()).slice(-8_000);
  });
  const exited = once(server, 'exit');

  async function stop(): Promise<void> {
    if (server.exitCode === null && server.signalCode === null) server.kill('SIGTERM');
    await exited;
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

/** Asks over UDP, again and again, until the server answers. @throws Error after 10 s. */
function answersOptions(port: number): Promise<void> {
  const socket = createSocket('udp4');
  return new Promise<void>((resolve, reject) => {
    let attempts = 0;
    const ask = (): void => {
      attempts += 1;
      if (attempts > 100) reject(new Error('Kamailio does not answer.'));
      else socket.send(optionsRequest(port, socket.address().port, attempts), port, '127.0.0.1');
    };
    const timer = setInterval(ask, 100);
    socket.on('close', () => clearInterval(timer));
    socket.once('message', () => resolve());
    // The port is refused as long as nobody listens.
    socket.on('error', () => undefined);
    socket.bind(0, '127.0.0.1', ask);
  }).finally(() => socket.close());
}

function optionsRequest(port: number, from: number, attempt: number): string {
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

/** A port that was free a moment ago, for UDP as for TCP as a rule. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No free port.');
  return address.port;
}

function modulesFolder(): string | undefined {
  const folders = readdirSync('/usr/lib').map((name) => `/usr/lib/${name}/kamailio/modules/`);
  return folders.find((folder) => existsSync(join(folder, 'websocket.so')));
}
