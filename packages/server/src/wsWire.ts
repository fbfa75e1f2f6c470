import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Wire } from './wire.ts';

/** Sockets that hold back what is written in this turn of the event loop. */
let corked: Duplex[] = [];

/** What a turn of the event loop sends to a client goes in one write: system calls are most of what a frame costs. */
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
 * A socket of `ws` as a wire.
 * @param stream that carries it.
 */
export function createWsWire(socket: WebSocket, stream: Duplex): Wire {
  return {
    send(text, taken) {
      cork(stream);
      // An error closes the socket, which is heard elsewhere.
      if (taken === undefined) socket.send(text);
      else socket.send(text, () => taken());
    },
    close(code, reason) {
      socket.close(code, reason);
      // One that does not answer is not waited for.
      setTimeout(() => socket.terminate(), 2_000).unref();
    },
    get bufferedBytes() {
      return socket.bufferedAmount;
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  };
}
