/** Adapts WebSockets of `ws` for sessions. */

import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { SessionSocket } from './sessionSocket.ts';
import { textFrames } from './textFrames.ts';

type Flush = () => void;

/** Sockets with frames of this turn of the event loop. */
let due: Flush[] = [];
function flushDue(): void {
  const flushes = due;
  due = [];
  for (const flush of flushes) flush();
}

/**
 * Adapts a WebSocket of `ws` for a session. The frames of one turn of the event loop are one write: system calls are
 * the largest cost of a frame.
 * @param stream the TCP or TLS stream below the WebSocket, which has no extensions.
 */
export function adaptWebSocket(socket: WebSocket, stream: Duplex): SessionSocket {
  let texts: string[] = [];
  /** To be called once the texts are written. */
  let takers: (() => void)[] = [];
  /** The characters of the texts. */
  let length = 0;
  let isDue = false;

  function flush(): void {
    isDue = false;
    if (texts.length === 0) return;
    const [written, taken] = [texts, takers];
    [texts, takers, length] = [[], [], 0];
    const settle = (): void => {
      for (const take of taken) take();
    };
    // No frame follows a close frame.
    if (socket.readyState !== socket.OPEN) settle();
    // An error closes the socket, and the `close` listener handles that.
    else if (taken.length > 0) stream.write(textFrames(written), settle);
    else stream.write(textFrames(written));
  }

  return {
    send(text, taken) {
      texts.push(text);
      length += text.length;
      if (taken !== undefined) takers.push(taken);
      if (isDue) return;
      isDue = true;
      if (due.length === 0) setImmediate(flushDue);
      due.push(flush);
    },
    close(code, reason) {
      flush();
      socket.close(code, reason);
      // A client that does not answer the close frame is cut off.
      setTimeout(() => socket.terminate(), 2_000).unref();
    },
    get bufferedBytes() {
      return socket.bufferedAmount + length;
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  };
}
