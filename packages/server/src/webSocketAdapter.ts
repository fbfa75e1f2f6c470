/** Adapts WebSockets of `ws` for sessions. */

import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { SessionSocket } from './sessionSocket.ts';

/** The corked sockets of this turn of the event loop. */
let corked: Duplex[] = [];

/** Collects the frames of one turn of the event loop in one write: system calls are the largest cost of a frame. */
function cork(socket: Duplex): void {
  if (socket.writableCorked > 0) return;
  socket.cork();
  if (corked.length === 0) setImmediate(uncork);
  corked.push(socket);
}

function uncork(): void {
  const sockets = corked;
  corked = [];
  for (const socket of sockets) socket.uncork();
}

/**
 * Adapts a WebSocket of `ws` for a session.
 * @param stream the TCP or TLS stream below the WebSocket.
 */
export function adaptWebSocket(socket: WebSocket, stream: Duplex): SessionSocket {
  return {
    send(text, taken) {
      cork(stream);
      // An error closes the socket, and the `close` listener handles that.
      if (taken === undefined) socket.send(text);
      else socket.send(text, () => taken());
    },
    close(code, reason) {
      socket.close(code, reason);
      // A client that does not answer the close frame is cut off.
      setTimeout(() => socket.terminate(), 2_000).unref();
    },
    get bufferedBytes() {
      return socket.bufferedAmount;
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  };
}
