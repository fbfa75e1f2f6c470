import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const ROOT = join(import.meta.dirname, '../../..');

/** The command `imflow-server` in a process of its own. */
export interface ServerProcess {
  /** The same each time it is started. */
  readonly port: number;
  start(): Promise<void>;
  /** Ends it by SIGKILL. */
  kill(): Promise<void>;
}

/** @param options of the command. */
export async function startServerProcess(...options: readonly string[]): Promise<ServerProcess> {
  let port = 0;
  let server: ChildProcessByStdio<null, Readable, null> | undefined;

  async function start(): Promise<void> {
    server = spawn(process.execPath, ['tools/server.mjs', '--port', String(port), ...options], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const line of createInterface({ input: server.stdout })) {
      const found = /ws:\/\/127\.0\.0\.1:(?<port>\d+)\//.exec(line)?.groups?.['port'];
      if (found === undefined) continue;
      port = Number(found);
      return;
    }
    throw new Error('The server ended before it listened.');
  }

  async function kill(): Promise<void> {
    const exited = new Promise((resolve) => server?.once('exit', resolve));
    if (server?.kill('SIGKILL') === true) await exited;
  }

  await start();
  return {
    start,
    kill,
    get port() {
      return port;
    },
  };
}
