import { createServer, type Server } from 'node:http';
import { createWebSocketTransport, type WebSocketTransportOptions } from '@imflow/websocket';
import type { Transport } from '@imflow/core';
import { WebSocket } from 'ws';
import { type ChatServer, type ChatServerOptions, createChatServer } from '../src/index.ts';
import { createMemoryStore } from '../src/store/memoryStore.ts';

/** A chat server on a free port of the loopback interface. */
export interface StartedServer {
  readonly chat: ChatServer;
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

/** Starts a chat server where the token `token of NAME` stands for the user NAME. */
export async function startServer(options: Partial<ChatServerOptions> = {}): Promise<StartedServer> {
  const chat = createChatServer({
    store: createMemoryStore(),
    authenticate: ({ token }) => /^token of (?<user>.+)$/.exec(token)?.groups?.['user'],
    ...options,
  });
  const http = createServer();
  chat.attach(http);
  const port = await listen(http);
  await chat.ready;
  return {
    chat,
    port,
    url: `ws://127.0.0.1:${port}/chat`,
    async close() {
      await chat.close();
      http.closeAllConnections();
      await new Promise((resolve) => {
        http.close(resolve);
      });
    },
  };
}

/** Resolves with the free port of the loopback interface on which a server now listens. */
export async function listen(http: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });
  const address = http.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A transport of a user; Node 20 has no WebSocket of its own. */
export function transportOf(
  address: string,
  port: number,
  options: Partial<WebSocketTransportOptions> = {},
): Transport {
  return createWebSocketTransport({
    url: `ws://127.0.0.1:${port}/chat`,
    address,
    token: `token of ${address}`,
    createSocket: (url) => new WebSocket(url),
    ...options,
  });
}
