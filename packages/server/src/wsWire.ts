import type { WebSocket } from 'ws';
import type { Wire } from './wire.ts';

/** A socket of `ws` as a wire. */
export function createWsWire(socket: WebSocket): Wire {
  return {
    send: (text) =>
      new Promise((resolve) => {
        // An error closes the socket, which is heard elsewhere.
        socket.send(text, () => resolve());
      }),
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
