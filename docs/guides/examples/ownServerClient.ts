import type { Transport } from '@imflow/core';
import { createWebSocketTransport } from '@imflow/websocket';

/** The connection of a user to your own server. @param fetchToken asks your backend for a token. */
export function connect(address: string, fetchToken: () => Promise<string>): Transport {
  return createWebSocketTransport({ url: 'wss://example.com/chat', address, token: fetchToken });
}
