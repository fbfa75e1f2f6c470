import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { SessionSocket } from './sessionSocket.ts';
import { textFrames } from './textFrames.ts';
import { adaptWebSocket } from './webSocketAdapter.ts';

function setUp(readyState: number = WebSocket.OPEN): { socket: SessionSocket; writes: Buffer[] } {
  const writes: Buffer[] = [];
  const stream = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      writes.push(chunk);
      done();
    },
  });
  const webSocket = { readyState, OPEN: WebSocket.OPEN, bufferedAmount: 0, close() {}, terminate() {} };
  return { socket: adaptWebSocket(webSocket as unknown as WebSocket, stream), writes };
}

const taken = (socket: SessionSocket, text: string): Promise<void> => {
  return new Promise((resolve) => socket.send(text, resolve));
};

it('B327 the frames of one turn of the event loop are written together, in order', async () => {
  const { socket, writes } = setUp();
  socket.send('one');
  await taken(socket, 'two');
  await taken(socket, 'three');
  expect(writes).toEqual([textFrames(['one', 'two']), textFrames(['three'])]);
});

it('B327 a socket that closes writes the frames before its close frame, and takes the later ones without a write', async () => {
  const open = setUp();
  open.socket.send('one');
  open.socket.send('two');
  open.socket.close(1001, 'end');
  expect(open.writes).toEqual([textFrames(['one', 'two'])]);
  const closing = setUp(WebSocket.CLOSING);
  await taken(closing.socket, 'three');
  expect(closing.writes).toEqual([]);
});

it('B327 texts of each length and script reach a client unchanged', async () => {
  const texts = [0, 1, 125, 126, 65_535, 65_536, 200_000].flatMap((length) => [
    'x'.repeat(length),
    `${'x'.repeat(length)}é😀`,
  ]);
  const http = createServer();
  const webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  http.on('upgrade', (request, stream, head) => {
    webSockets.handleUpgrade(request, stream, head, (webSocket) => {
      const socket = adaptWebSocket(webSocket, stream);
      for (const text of texts) socket.send(text);
      socket.close(1000, '');
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const received: string[] = [];
  const client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
  client.on('message', (data: Buffer) => received.push(data.toString()));
  await once(client, 'close');
  http.close();
  expect(received).toEqual(texts);
});
