/** A stream of SIP frames over one WebSocket. */

import { decodeFrame, encodeFrame, type SipFrame } from './codecs/frame.ts';

/** The part of a WebSocket that the transport uses. */
export interface WebSocketLike {
  binaryType: string;
  send(data: string): void;
  close(): void;
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

/** A stream of frames, from its WebSocket's opening to its end. */
export interface Link {
  send(frame: SipFrame): void;
  /** No frame is delivered afterwards. */
  close(): void;
}

export interface LinkListener {
  opened(): void;
  /** Data arrived, of any kind. */
  heard(): void;
  received(frame: SipFrame): void;
  /** Data arrived that is not a valid frame; where it was a request, it has been answered. */
  unreadable(problem: string): void;
  /** Called once, when the other side or the network ends it. */
  closed(reason: 'unreachable' | 'ended'): void;
}

/** @param tag of the To header in answers to requests that cannot be read. */
export function openLink(socket: WebSocketLike, tag: string, listener: LinkListener): Link {
  let isOpen = false;
  let isClosed = false;
  // Inflating a body is asynchronous; later frames wait.
  let reading: Promise<void> = Promise.resolve();
  socket.binaryType = 'arraybuffer';

  function end(): void {
    if (isClosed) return;
    isClosed = true;
    socket.close();
    listener.closed(isOpen ? 'ended' : 'unreachable');
  }

  function write(text: string): void {
    if (!isClosed && isOpen) socket.send(text);
  }

  async function read(data: unknown): Promise<void> {
    if (isClosed) return;
    if (typeof data !== 'string' && !(data instanceof ArrayBuffer)) {
      listener.unreadable('a frame is neither text nor bytes');
      return;
    }
    const frame = await decodeFrame(typeof data === 'string' ? data : new Uint8Array(data), tag);
    // The stream ended while the frame was being read.
    if (hasEnded()) return;
    if ('headers' in frame) {
      listener.received(frame);
      return;
    }
    if (frame.response !== undefined) write(frame.response);
    listener.unreadable(frame.problem);
  }

  function hasEnded(): boolean {
    return isClosed;
  }

  socket.addEventListener('open', () => {
    if (isClosed) return;
    isOpen = true;
    listener.opened();
  });
  socket.addEventListener('message', ({ data }) => {
    if (isClosed) return;
    listener.heard();
    // RFC 5626, section 4.4.1: two line ends are a ping, one is the answer.
    if (typeof data === 'string' && /^[\r\n]*$/.test(data)) {
      if (data === '\r\n\r\n') write('\r\n');
      return;
    }
    reading = reading.then(() => read(data));
  });
  socket.addEventListener('error', end);
  socket.addEventListener('close', end);

  return {
    send: (frame) => write(encodeFrame(frame)),
    close() {
      isClosed = true;
      socket.close();
    },
  };
}
