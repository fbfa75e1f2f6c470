/** Many clients at once: idle ones, and ones that reconnect. */

import { WebSocket } from 'ws';
import { namesOf } from './seed.ts';
import { pause, percentiles, type Percentiles } from './talk.ts';

/** Opens sockets that sign in, open a conversation and send nothing. They stay open until the process ends. */
export interface IdleJob {
  readonly type: 'idle';
  readonly port: number;
  readonly sockets: number;
}

/** Clients that reconnect within some seconds, each of which has missed messages. */
export interface StormJob {
  readonly type: 'storm';
  readonly port: number;
  readonly clients: number;
  /** The number of messages that each client has missed. */
  readonly messages: number;
  /** The time within which all of them connect, in ms. */
  readonly within: number;
}

export interface StormResult {
  /** The time from the first connection until the last client had its messages, in ms. */
  readonly all: number;
  /** The times of the clients, each from its connection. */
  readonly each: Percentiles;
}

/** An address of the loopback interface has some 28,000 ports, so a crowd uses several addresses. */
const CLIENTS_AT_AN_ADDRESS = 2_000;
/** How many sockets connect at once. */
const CONCURRENT = 100;

interface Frame {
  readonly type: string;
  readonly position: number;
  readonly reason?: string;
  readonly entries: readonly unknown[];
}

/** Resolves once a user has opened a conversation and received all messages that it missed. */
function catchUp(index: number, port: number, user: string, other: string, messages: number): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/chat`, {
    perMessageDeflate: false,
    localAddress: `127.0.0.${2 + Math.floor(index / CLIENTS_AT_AN_ADDRESS)}`,
  });
  const say = (frame: object): void => socket.send(JSON.stringify(frame));
  let missed = messages;
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () => say({ type: 'hello', protocol: 1, token: user, device: 'device' }));
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as Frame;
      if (frame.type === 'refused') reject(new Error(frame.reason));
      if (frame.type === 'welcome') say({ type: 'open', request: 1, with: other });
      if (frame.type === 'entries') {
        missed -= frame.entries.length;
        say({ type: 'ack', with: other, position: frame.position });
      }
      // The presence is the last answer to `open`.
      if (missed <= 0 && (messages > 0 || frame.type === 'presence')) resolve();
    });
  });
}

export async function beIdle({ port, sockets }: IdleJob): Promise<void> {
  let next = 0;
  async function connectSome(): Promise<void> {
    while (next < sockets) {
      next += 1;
      await catchUp(next, port, `idle ${next}`, `idle ${next ^ 1}`, 0);
    }
  }
  await Promise.all(Array.from({ length: CONCURRENT }, connectSome));
}

export async function storm({ port, clients, messages, within }: StormJob): Promise<StormResult> {
  const first = performance.now();
  const times = await Promise.all(
    Array.from({ length: clients }, async (_, index) => {
      const due = (index * within) / clients;
      await pause(Math.max(0, first + due - performance.now()));
      const [recipient, author] = namesOf(index);
      await catchUp(index, port, recipient, author, messages);
      return performance.now() - first - due;
    }),
  );
  return { all: performance.now() - first, each: percentiles(times) };
}
