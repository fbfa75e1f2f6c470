import { createServer, type Server } from 'node:http';
import { createInstantMessagingFlow, type Transport } from '@imflow/core';
import { createMemoryStore } from '@imflow/server';
import { createWebSocketTransport } from '@imflow/websocket';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createObservedChat } from './observedServer.ts';
import { startExpress } from './onExpress.ts';
import { startFastify } from './onFastify.ts';
import { startSocketIo } from './onSocketIo.ts';
import { connectOverSocketIo } from './onSocketIoClient.ts';

const tokenOf = async (name: string): Promise<string> => `of ${name}`;

function createChat() {
  const lines: string[] = [];
  const { chat, metrics } = createObservedChat(
    createMemoryStore(),
    (token) => (token.startsWith('of ') ? token.slice(3) : undefined),
    { write: (line) => lines.push(line) },
  );
  return { chat, metrics, lines };
}

async function portOf(http: Server): Promise<number> {
  if (!http.listening) await new Promise((resolve) => http.once('listening', resolve));
  const address = http.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function overWebSocket(port: number): (name: string) => Transport {
  return (address) =>
    createWebSocketTransport({
      url: `ws://127.0.0.1:${port}/chat`,
      address,
      token: () => tokenOf(address),
      createSocket: (url) => new WebSocket(url),
    });
}

async function talk(connect: (name: string) => Transport): Promise<void> {
  const transports = ['ana', 'bo'].map(connect) as [Transport, Transport];
  const [ana, bo] = [
    createInstantMessagingFlow({ transport: transports[0], remote: 'bo' }),
    createInstantMessagingFlow({ transport: transports[1], remote: 'ana' }),
  ];
  ana.start();
  bo.start();
  await expect(ana.sendMessage('hello').settled).resolves.toMatchObject({ status: 'delivered' });
  for (const each of [ana, bo]) each.terminate();
  for (const each of transports) each.disconnect();
}

it('two people talk over Express, Prometheus counts, and pino logs no token', async () => {
  const { chat, metrics, lines } = createChat();
  const http = startExpress(chat, 0);
  const port = await portOf(http);
  await talk(overWebSocket(port));
  expect(await (await fetch(`http://127.0.0.1:${port}/health`)).json()).toMatchObject({ ok: true });
  expect(await metrics()).toContain('imflow_requests_total{type="message",code="200"} 1');
  await chat.close();
  http.close();
  expect(lines.join('')).toContain('the store is open');
  expect(lines.join('')).not.toMatch(/of ana|hello/);
});

it('two people talk over Fastify', async () => {
  const { chat } = createChat();
  const app = await startFastify(chat, 0);
  const port = await portOf(app.server);
  await talk(overWebSocket(port));
  expect(await (await fetch(`http://127.0.0.1:${port}/health`)).json()).toMatchObject({ ok: true });
  await chat.close();
  await app.close();
});

it('two people talk over Socket.IO', async () => {
  const { chat } = createChat();
  const http = createServer();
  const io = startSocketIo(chat, http);
  http.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${await portOf(http)}`;
  await talk((name) => connectOverSocketIo(url, name, () => tokenOf(name)));
  await chat.close();
  await io.close();
});
