/** Clients that do as little work as possible, so that the load generator leaves the processor to the server. */

import type { Socket } from 'node:net';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';

/** The kind of server that a client is connected to. */
export type Kind = 'imflow' | 'ws' | 'socket.io';

/** The events of a client. Messages are identified by numbers. */
export interface Events {
  /** The server has stored the message. */
  accepted(message: number): void;
  /** The receipt of the other user has arrived. */
  delivered(message: number): void;
}

/** One side of a conversation. It answers each message with a receipt. */
export interface Client {
  send(message: number): void;
  close(): void;
}

/** A frame of about 200 bytes. */
const BODY = 'x'.repeat(100);

/** Combines all frames that one event causes into one write: system calls of the load take time from the server. */
function createSender(socket: WebSocket): (text: string) => void {
  let isCorked = false;
  return (text) => {
    const { _socket: stream } = socket as unknown as { readonly _socket: Socket };
    if (!isCorked) {
      isCorked = true;
      stream.cork();
      process.nextTick(() => {
        isCorked = false;
        stream.uncork();
      });
    }
    socket.send(text);
  };
}

/** Connects one user, and opens the conversation with the other one. */
export function connectClient(kind: Kind, port: number, me: string, other: string, events: Events): Promise<Client> {
  if (kind === 'imflow') return connectImflow(port, me, other, events);
  return kind === 'ws' ? connectWs(port, me, other, events) : connectSocketIo(port, me, other, events);
}

const numberOf = (id: string): number => Number(id.slice(id.lastIndexOf('-') + 1));

/** The fields of frames of imflow's server that a client needs. */
interface Frame {
  readonly type: string;
  readonly request: number;
  readonly position: number;
  readonly code?: number;
  readonly reason?: string;
  readonly entries: readonly { readonly id: string }[];
  readonly receipts: readonly { readonly id: string }[];
}

/** How long an acknowledgement waits for further ones, in ms. */
const ACK_DELAY = 100;

/** Behaves as `@imflow/websocket`: sends a receipt for each message, and acknowledges all frames of 100 ms together. */
function connectImflow(port: number, me: string, other: string, events: Events): Promise<Client> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/chat`, { perMessageDeflate: false });
  const say = createSender(socket);
  const to = JSON.stringify(other);
  // Requests with even numbers are messages; 1 opens the conversation.
  let requests = 1;
  let position = 0;
  let acknowledging: NodeJS.Timeout | undefined;

  function acknowledge(): void {
    acknowledging = undefined;
    say(`{"type":"ack","with":${to},"position":${position}}`);
  }

  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () => say(JSON.stringify({ type: 'hello', protocol: 1, token: me, device: 'device' })));
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as Frame;
      if (frame.type === 'entries') {
        for (const { id } of frame.entries) {
          requests += 2;
          say(`{"type":"receipt","request":${requests},"to":${to},"id":"${id}","outcome":"delivered"}`);
        }
        position = frame.position;
        acknowledging ??= setTimeout(acknowledge, ACK_DELAY);
        for (const { id } of frame.receipts) events.delivered(numberOf(id));
      } else if (frame.type === 'accepted') {
        if (frame.request % 2 === 0) events.accepted(frame.request / 2);
        if (frame.request === 1) resolve(client);
      } else if (frame.type === 'welcome') {
        say(`{"type":"open","request":1,"with":${to}}`);
      } else if (frame.type === 'refused') {
        reject(new Error(`${frame.code}: ${frame.reason}`));
        throw new Error(`The server refused: ${frame.code}, ${frame.reason}`);
      }
    });
    const client: Client = {
      send: (message) =>
        say(
          `{"type":"message","request":${2 * message},"to":${to},"id":"${me}-${message}","contentType":"text/plain","body":"${BODY}","sentAt":${Date.now()}}`,
        ),
      close() {
        clearTimeout(acknowledging);
        socket.terminate();
      },
    };
  });
}

function connectWs(port: number, me: string, other: string, events: Events): Promise<Client> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
  const say = createSender(socket);
  const to = JSON.stringify(other);
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () => say(me));
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as { readonly type: string; readonly id: string };
      if (frame.type === 'accepted') events.accepted(numberOf(frame.id));
      if (frame.type === 'receipt') events.delivered(numberOf(frame.id));
      if (frame.type === 'message') say(`{"type":"receipt","to":${to},"id":"${frame.id}"}`);
      if (frame.type === 'welcome') {
        resolve({
          send: (message) =>
            say(`{"type":"message","to":${to},"id":"${me}-${message}","body":"${BODY}","sentAt":${Date.now()}}`),
          close: () => socket.terminate(),
        });
      }
    });
  });
}

function connectSocketIo(port: number, me: string, other: string, events: Events): Promise<Client> {
  const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], forceNew: true, auth: { user: me } });
  socket.on('message', ({ id }: { readonly id: string }) => socket.emit('receipt', { type: 'receipt', to: other, id }));
  socket.on('receipt', ({ id }: { readonly id: string }) => events.delivered(numberOf(id)));
  return new Promise((resolve, reject) => {
    socket.on('connect_error', reject);
    socket.on('connect', () =>
      resolve({
        send(message) {
          const said = { type: 'message', to: other, id: `${me}-${message}`, body: BODY, sentAt: Date.now() };
          socket.emit('message', said, () => events.accepted(message));
        },
        close: () => socket.disconnect(),
      }),
    );
  });
}
