import type { ServerFrame } from '@imflow/websocket';
import { WebSocket } from 'ws';
import { serverFrame } from './serverFrames.ts';

/** A client that sends the frames of a test, and records received frames. */
export interface RawClient {
  readonly frames: ServerFrame[];
  readonly socket: WebSocket;
  say(frame: object | string): void;
  /** Resolves with the first frame that fits, from now or from before. */
  next(fits: (frame: ServerFrame) => boolean): Promise<ServerFrame>;
  /** Asks, and resolves with the answer. */
  ask(frame: object): Promise<ServerFrame>;
  /** Resolves with the code with which the socket closes. */
  readonly closed: Promise<number>;
}

/** @param origin the Origin header of the request. Default: none. */
export async function openRaw(url: string, origin?: string): Promise<RawClient> {
  const socket = new WebSocket(url, origin === undefined ? {} : { origin });
  const frames: ServerFrame[] = [];
  const waiting = new Set<() => void>();
  let requests = 1_000;
  socket.on('message', (data: Buffer) => {
    frames.push(serverFrame.parse(JSON.parse(data.toString())));
    for (const look of Array.from(waiting)) look();
  });
  const closed = new Promise<number>((resolve) => {
    socket.on('close', resolve);
  });
  await new Promise<void>((resolve, reject) => {
    socket.on('open', () => resolve());
    socket.on('error', reject);
  });
  const client: RawClient = {
    frames,
    socket,
    closed,
    say: (frame) => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    next: (fits) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = frames.find(fits);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        void closed.then((code) => reject(new Error(`The socket closed with ${code}.`)));
        look();
      }),
    ask(frame) {
      requests += 1;
      const request = requests;
      client.say({ ...frame, request });
      return client.next((answer) => 'request' in answer && answer.request === request);
    },
  };
  return client;
}

/** Opens a socket and signs in. */
export async function signIn(url: string, user: string, device = `device of ${user}`): Promise<RawClient> {
  const client = await openRaw(url);
  client.say({ type: 'hello', protocol: 1, token: `token of ${user}`, device });
  await client.next(({ type }) => type === 'welcome');
  return client;
}

let messages = 0;

type Fields = Record<string, unknown> & { readonly id: string };

/** An operation on a message that was never sent before. */
export function operation(
  to: string,
  target: string,
  kind: 'edit' | 'retract' | 'react',
  content: object = {},
): Fields {
  messages += 1;
  return { type: 'operation', to, id: `o${messages}`, target, sequence: messages, kind, ...content };
}

/** A message that was never sent before. */
export function message(to: string, body = 'hello', id?: string): Fields {
  messages += 1;
  return { type: 'message', to, id: id ?? `m${messages}`, contentType: 'text/plain', body, sentAt: 1 };
}
