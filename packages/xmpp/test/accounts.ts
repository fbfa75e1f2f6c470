import { WebSocket } from 'ws';
import type { XmppServer } from './server/prosody.mjs';
import type { WebSocketLike, XmppTransportOptions } from '../src/index.ts';
import { type CuttableProxy, startProxy } from './cuttableProxy.ts';

/** Node 20 has no WebSocket of its own. */
export function createSocket(url: string, protocol: string): WebSocketLike {
  return new WebSocket(url, protocol);
}

let users = 0;

/** A new user, who reaches the server through a proxy of their own. */
export async function newAccount(
  server: XmppServer,
  name: string,
): Promise<{ options: XmppTransportOptions; proxy: CuttableProxy }> {
  const proxy = await startProxy(server.port);
  users += 1;
  const address = await server.addUser(`${name}${users}`, 'secret');
  const url = `ws://127.0.0.1:${proxy.port}${server.path}`;
  return { proxy, options: { server: url, address, password: 'secret', createSocket, maxReconnectDelay: 200 } };
}
