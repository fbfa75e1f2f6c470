import { createServer } from 'node:http';
import type { ServerFrame } from '@imflow/websocket';
import { Server as SocketIoServer } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listen, startServer, type StartedServer } from '../test/startServer.ts';
import { message } from '../test/rawClient.ts';

let server: StartedServer;
let socketIo: SocketIoServer;
let url = '';
beforeAll(async () => {
  server = await startServer({ limits: { maxConnections: 2 } });
  const http = createServer();
  socketIo = new SocketIoServer(http);
  socketIo.on('connection', (socket) => server.chat.handleSocketIo(socket));
  url = `http://127.0.0.1:${await listen(http)}`;
});
afterAll(async () => {
  await socketIo.close();
  await server.close();
});

interface Client {
  readonly socket: Socket;
  readonly frames: [session: number, frame: ServerFrame][];
  readonly closed: [session: number, code: number][];
  say(session: number, frame: object | string): void;
}

function connect(extraHeaders: Record<string, string> = {}): Client {
  const socket = io(url, { transports: ['websocket'], forceNew: true, extraHeaders });
  const frames: Client['frames'] = [];
  const closed: Client['closed'] = [];
  socket.on('imflow', (session: number, text: string) => frames.push([session, JSON.parse(text) as ServerFrame]));
  socket.on('imflow:close', (session: number, code: number) => closed.push([session, code]));
  const say: Client['say'] = (session, frame) =>
    socket.emit('imflow', session, typeof frame === 'string' ? frame : JSON.stringify(frame));
  return { socket, frames, closed, say };
}

const hello = (user: string) => ({ type: 'hello', protocol: 1, token: `token of ${user}`, device: 'd' });
const typesOf = ({ frames }: Client) => frames.map(([session, { type }]) => `${session} ${type}`);

it('B320 a session over Socket.IO ends with its number, and the next session on the socket receives none of its frames', async () => {
  const ana = connect();
  ana.say(1, hello('ana'));
  await expect.poll(() => typesOf(ana)).toEqual(['1 welcome']);
  ana.say(1, { ...message('bo'), request: 1 });
  ana.say(2, hello('ana'));
  ana.say(1, { type: 'ping', request: 2 });
  ana.say(2, { type: 'ping', request: 3 });
  // A late frame of the first session begins another one under its number, and its first frame is no hello.
  await expect
    .poll(() => ana.closed)
    .toEqual([
      [1, 1008],
      [2, 1008],
    ]);
  expect((await server.chat.health()).connections).toBe(0);
  ana.say(3, hello('ana'));
  await expect.poll(() => typesOf(ana)).toContain('3 welcome');
  ana.socket.emit('imflow:close', 3);
  await expect.poll(async () => (await server.chat.health()).connections).toBe(0);
  ana.socket.disconnect();
});

it('B320 a page of another site is refused, although Socket.IO accepts its WebSocket', async () => {
  const eve = connect({ origin: 'https://evil.example' });
  eve.say(1, hello('eve'));
  await expect.poll(() => eve.closed).toEqual([[1, 1013]]);
  expect(eve.frames).toEqual([]);
  eve.socket.disconnect();
});

it('B320 invalid values, oversized frames, and too many sockets close only their own connection', async () => {
  const [ana, bo, cy] = [connect(), connect(), connect()];
  for (const values of [[], [1], ['1', '{}'], [1, { type: 'ping' }], [null, null], [Number.NaN, '']]) {
    ana.socket.emit('imflow', ...values);
    ana.socket.emit('imflow:close', ...values);
  }
  ana.say(1, hello('ana'));
  await expect.poll(() => typesOf(ana)).toContain('1 welcome');
  bo.say(1, hello('bo'));
  await expect.poll(() => typesOf(bo)).toContain('1 welcome');
  cy.say(1, hello('cy'));
  await expect.poll(() => cy.closed).toEqual([[1, 1013]]);
  ana.say(1, 'x'.repeat(600_000));
  await expect.poll(() => ana.closed).toContainEqual([1, 1009]);
  cy.say(2, hello('cy'));
  await expect.poll(() => typesOf(cy)).toContain('2 welcome');
  for (const { socket } of [ana, bo, cy]) socket.disconnect();
});
