import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { adaptWebSocket } from './webSocketAdapter.ts';

it('B327 the frames of one turn of the event loop are written together, in order', async () => {
  const writes: string[] = [];
  const stream = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      writes.push(chunk.toString());
      done();
    },
    writev(chunks, done) {
      writes.push(chunks.map(({ chunk }) => String(chunk)).join(' '));
      done();
    },
  });
  const webSocket = { send: (text: string, sent?: () => void) => stream.write(text, sent) };
  const socket = adaptWebSocket(webSocket as unknown as WebSocket, stream);
  const taken = (text: string): Promise<void> => new Promise((resolve) => socket.send(text, resolve));
  socket.send('one');
  await taken('two');
  await taken('three');
  expect(writes).toEqual(['one two', 'three']);
});
