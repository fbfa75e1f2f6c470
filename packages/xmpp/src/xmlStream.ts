/** An XML stream over a WebSocket (RFC 7395). */

import { NS } from './namespaces.ts';
import { element, parseXml, serialize, type XmlElement } from './xml.ts';

/** The part of a WebSocket that the transport uses. */
export interface WebSocketLike {
  send(data: string): void;
  close(): void;
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

/** One stream of elements, from its WebSocket's opening to its end. */
export interface XmlStream {
  readonly opened: Promise<void>;
  readonly wasOpened: boolean;
  send(stanza: XmlElement): void;
  /** The next element, during login. Rejects once the stream is closed. */
  read(): Promise<XmlElement>;
  /** From now on all elements go to this listener, those that wait immediately. */
  listen(listener: (stanza: XmlElement) => void): void;
  /** Closes the stream, with a closing element if `graceful`. No element is delivered afterwards. */
  close(graceful: boolean): void;
}

/** The maximum length of a frame, in characters: longer ones are no messages; 10 MB of text. */
const MAX_FRAME_LENGTH = 10_000_000;

/** @param onClosed called once with the reason when the other side or the network ends the stream. */
export function openXmlStream(socket: WebSocketLike, onClosed: (reason: string) => void): XmlStream {
  const waiting: XmlElement[] = [];
  let reader: { resolve(stanza: XmlElement): void; reject(error: Error): void } | undefined;
  let listener: ((stanza: XmlElement) => void) | undefined;
  let closed: Error | undefined;
  let wasOpened = false;

  function end(reason: string, isReported: boolean): void {
    if (closed !== undefined) return;
    closed = new Error(reason);
    socket.close();
    reader?.reject(closed);
    failOpening?.(closed);
    if (isReported) onClosed(reason);
  }

  function take(data: unknown): void {
    if (closed !== undefined) return;
    let stanza: XmlElement;
    try {
      if (typeof data !== 'string' || data.length > MAX_FRAME_LENGTH)
        throw new SyntaxError('The frame is not a text, or it is too long');
      stanza = parseXml(data);
    } catch {
      end('not-xmpp', true);
      return;
    }
    if (stanza.xmlns === NS.framing && stanza.name === 'close') end('closed-by-server', true);
    else if (listener !== undefined) listener(stanza);
    else if (reader === undefined) waiting.push(stanza);
    else {
      reader.resolve(stanza);
      reader = undefined;
    }
  }

  let failOpening: ((error: Error) => void) | undefined;
  const opened = new Promise<void>((resolve, reject) => {
    failOpening = reject;
    socket.addEventListener('open', () => {
      wasOpened = true;
      resolve();
    });
  });
  opened.catch(() => {});
  socket.addEventListener('message', ({ data }) => take(data));
  socket.addEventListener('error', () => end(wasOpened ? 'lost' : 'unreachable', true));
  socket.addEventListener('close', () => end(wasOpened ? 'lost' : 'unreachable', true));

  const stream: XmlStream = {
    opened,
    get wasOpened() {
      return wasOpened;
    },
    send(stanza) {
      if (closed === undefined && wasOpened) socket.send(serialize(stanza));
    },
    read: () =>
      new Promise((resolve, reject) => {
        const next = waiting.shift();
        if (next !== undefined) resolve(next);
        else if (closed !== undefined) reject(closed);
        else reader = { resolve, reject };
      }),
    listen(listening) {
      listener = listening;
      for (const stanza of waiting.splice(0)) if (closed === undefined) listening(stanza);
    },
    close(graceful) {
      if (graceful) stream.send(element('close', NS.framing));
      end('closed', false);
    },
  };
  return stream;
}
