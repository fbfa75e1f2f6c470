import type { Transport } from '@imflow/core';
import { createSocketIoConnector, createWebSocketTransport } from '@imflow/websocket';
import { io } from 'socket.io-client';

/** The connection of a user over Socket.IO. @param url of the server: `https://example.com`. */
export function connectOverSocketIo(url: string, address: string, fetchToken: () => Promise<string>): Transport {
  const socket = io(url, { autoConnect: false });
  return createWebSocketTransport({
    url: url.replace(/^http/, 'ws'),
    address,
    token: fetchToken,
    createSocket: createSocketIoConnector(socket),
  });
}
