import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROGRAM = '/usr/bin/sipp';

/** Whether SIPp, a SIP client that executes scenarios, is installed. */
export function hasSipp(): boolean {
  return existsSync(PROGRAM);
}

/** A run of a scenario. */
export interface SippRun {
  /** Resolves with the exit status: 0 where all went as the scenario says. */
  readonly status: Promise<number>;
  /** The requests and responses that it received, byte for byte. */
  received(): string[];
}

/** Runs SIPp on a UDP port of its own against a server. @param scenario what is between the tags `scenario`. */
export async function runSipp(scenario: string, port: number, server: number): Promise<SippRun> {
  const folder = mkdtempSync(join(tmpdir(), 'imflow-sipp-'));
  const [file, trace] = [join(folder, 'scenario.xml'), join(folder, 'messages.log')];
  writeFileSync(file, `<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="imflow">${scenario}</scenario>\n`);
  const options = ['-sf', file, '-i', '127.0.0.1', '-p', String(port), '-m', '1', '-nostdin'];
  const limits = ['-timeout', '15', '-timeout_error', '-trace_msg', '-message_file', trace];
  const run = spawn(PROGRAM, [...options, ...limits, `127.0.0.1:${server}`], { stdio: 'ignore', cwd: folder });
  let log = Buffer.alloc(0);
  const status = once(run, 'exit').then(([code]) => {
    log = existsSync(trace) ? readFileSync(trace) : log;
    rmSync(folder, { recursive: true, force: true });
    return typeof code === 'number' ? code : -1;
  });
  await Promise.race([isBound(port), status]);
  return { status, received: () => receivedIn(log) };
}

/** The log contains the length of each message. */
function receivedIn(log: Buffer): string[] {
  const text = log.toString('latin1');
  return Array.from(text.matchAll(/UDP message received \[(\d+)\] bytes :\n\n/g), (match) => {
    const start = match.index + match[0].length;
    return log.subarray(start, start + Number(match[1])).toString('utf8');
  });
}

/** A free UDP port on the loopback interface. */
export async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

/** Waits until a UDP port is taken. */
async function isBound(port: number): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    const socket = createSocket('udp4');
    try {
      const bound = once(socket, 'listening');
      socket.bind({ port, address: '127.0.0.1', exclusive: true });
      await bound;
    } catch {
      return;
    } finally {
      socket.close();
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
