import { WebSocket } from 'ws';
import { type CuttableProxy, startProxy } from '../../xmpp/test/cuttableProxy.ts';
import type { SipTransportOptions, WebSocketLike } from '../src/index.ts';
import type { Kamailio } from './server/kamailio.mjs';

/** Node 20 has no WebSocket of its own. */
export function createSocket(url: string, protocol: string): WebSocketLike {
  return new WebSocket(url, protocol);
}

let users = 0;

/** A new user, who reaches the server through a proxy of their own. */
export async function newAccount(
  server: Kamailio,
  name: string,
): Promise<{ options: SipTransportOptions; proxy: CuttableProxy }> {
  const proxy = await startProxy(Number(new URL(server.webSocketUrl).port));
  users += 1;
  const user = `${name}${users}`;
  const url = `ws://127.0.0.1:${proxy.port}`;
  const address = `sip:${user}@sip.test`;
  return { proxy, options: { server: url, address, password: `${user}pw`, createSocket, maxReconnectDelay: 200 } };
}
