/** Drives the client in `independentClient.py`. */

import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { XmppServer } from './server/prosody.mjs';
import { until } from './soak.ts';

const PYTHON = '/usr/bin/python3';
const PATIENCE = 10_000;
/** How long it may take to start and to sign in on a busy machine. */
const MAX_START = 30_000;

export const hasSlixmpp = spawnSync(PYTHON, ['-c', 'import slixmpp']).status === 0;

/** Another client (slixmpp), in a process of its own. */
export interface IndependentClient {
  /** Sends it a command. */
  send(line: string): void;
  /**
   * Waits until it has printed a line. @throws Error, with what it has printed, where it does not print the line in
   * time.
   */
  says(line: string): Promise<void>;
  /** Waits until it has printed a line that begins with this, and returns the rest of the line. */
  saysAfter(beginning: string): Promise<string>;
  stop(): void;
}

/** Starts the client, signs it in, and waits until it is online. */
export async function startIndependentClient(
  server: XmppServer,
  address: string,
  password: string,
  remote: string,
): Promise<IndependentClient> {
  const script = join(import.meta.dirname, 'independentClient.py');
  const client = spawn(PYTHON, [script, address, password, remote, String(server.tcpPort)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  createInterface({ input: client.stdout }).on('line', (line) => lines.push(line));

  async function find(fits: (line: string) => boolean, what: string, patience = PATIENCE): Promise<string> {
    await until(() => lines.some(fits), Date.now() + patience).catch(() => {
      throw new Error(`The other client did not say "${what}", but: ${lines.join(' / ')}`);
    });
    return lines.find(fits) ?? '';
  }

  const running: IndependentClient = {
    send: (line) => void client.stdin.write(`${line}\n`),
    async says(line) {
      await find((each) => each === line, line);
    },
    async saysAfter(beginning) {
      const line = await find((each) => each.startsWith(beginning), `${beginning}…`);
      return line.slice(beginning.length);
    },
    stop: () => void client.kill('SIGKILL'),
  };
  try {
    await find((line) => line === 'ready', 'ready', MAX_START);
  } catch (error) {
    running.stop();
    throw error;
  }
  return running;
}
