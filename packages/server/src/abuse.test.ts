import { once } from 'node:events';
import { get } from 'node:http';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { message, signIn } from '../test/rawClient.ts';
import { startServer, type StartedServer } from '../test/startServer.ts';

let server: StartedServer;
beforeAll(async () => {
  server = await startServer({ limits: { maxQueuedBytes: 65_536 } });
});
afterAll(() => server.close());

/** A WebSocket connection as a stream of bytes. */
function openStream(): Promise<Duplex> {
  const request = get({
    port: server.port,
    path: '/chat',
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': Buffer.alloc(16).toString('base64'),
    },
  });
  return new Promise((resolve, reject) => {
    request.on('upgrade', (_response, stream) => resolve(stream));
    request.on('error', reject);
  });
}

it('B324 a frame that claims to have one gigabyte closes its socket before the gigabyte arrives', async () => {
  const stream = await openStream();
  const header = Buffer.alloc(14);
  // The end of a text, masked, with a length of 64 bits.
  header.set([0x81, 0xff]);
  header.writeBigUInt64BE(2n ** 30n, 2);
  stream.write(header);
  const [answer] = (await once(stream, 'data')) as [Buffer];
  // A close frame, with its code behind the length.
  expect([answer[0], answer.readUInt16BE(2)]).toEqual([0x88, 1009]);
  stream.destroy();
});

it('B324 a socket that does not read is closed when its queue is full, and delays no other socket', async () => {
  const [ana, bo] = [await signIn(server.url, 'ana'), await signIn(server.url, 'bo')];
  await bo.ask({ type: 'open', with: 'ana' });
  bo.socket.pause();
  const body = 'x'.repeat(60_000);
  // More than the system buffers for a socket on both sides.
  for (let count = 0; count < 400; count += 1)
    expect(await ana.ask(message('bo', body))).toMatchObject({ type: 'accepted' });
  await expect.poll(async () => (await server.chat.health()).connections, { timeout: 20_000 }).toBe(1);
  bo.socket.resume();
  await bo.closed;
  const again = await signIn(server.url, 'bo', 'device of bo');
  await again.ask({ type: 'open', with: 'ana' });
  await again.next((frame) => frame.type === 'entries' && frame.entries.length > 0);
  for (const each of [ana, again]) each.socket.close();
});

it('B324 a thousand clients that connect at the same moment are all accepted', async () => {
  const clients = await Promise.all(Array.from({ length: 1_000 }, (_, index) => signIn(server.url, `user ${index}`)));
  expect(await clients[999]?.ask({ type: 'ping' })).toMatchObject({ type: 'pong' });
  for (const { socket } of clients) socket.terminate();
  await expect.poll(async () => (await server.chat.health()).connections, { timeout: 20_000 }).toBe(0);
});
