/** Carries the frames of the transport over a socket of `socket.io-client`. */

import type { WebSocketLike, WebSocketTransportOptions } from './options.ts';

/** The part of a socket of `socket.io-client` that the transport uses. */
export interface SocketIoClientLike {
  readonly connected: boolean;
  connect(): unknown;
  on(event: string, listener: (...values: unknown[]) => void): unknown;
  off(event: string, listener: (...values: unknown[]) => void): unknown;
  emit(event: string, ...values: unknown[]): unknown;
}

const FRAME = 'imflow';
const CLOSE = 'imflow:close';

/**
 * Carries the frames of the transport over a socket of `socket.io-client` instead of a WebSocket of their own. The server
 * hands its sockets to `handleSocketIo`. The socket belongs to the application, which may use it for events of its own; the
 * transport connects it, and never disconnects it.
 * @returns what `createSocket` of `createWebSocketTransport` takes; `url` is then not used.
 */
export function createSocketIoConnector(
  socket: SocketIoClientLike,
): NonNullable<WebSocketTransportOptions['createSocket']> {
  // The sessions on one socket are numbered, so that no frame of an old session reaches a new one.
  let sessions = 0;

  return () => {
    sessions += 1;
    const session = sessions;
    const target = new EventTarget();
    let isOver = false;

    const handlers: readonly (readonly [string, (...values: unknown[]) => void])[] = [
      ['connect', () => target.dispatchEvent(new Event('open'))],
      ['connect_error', end],
      ['disconnect', end],
      [
        FRAME,
        (number, data) => {
          if (number === session) target.dispatchEvent(new MessageEvent('message', { data }));
        },
      ],
      [
        CLOSE,
        (number) => {
          if (number === session) end();
        },
      ],
    ];

    function end(): void {
      if (isOver) return;
      isOver = true;
      for (const [event, handler] of handlers) socket.off(event, handler);
      target.dispatchEvent(new Event('close'));
    }

    for (const [event, handler] of handlers) socket.on(event, handler);
    if (socket.connected) queueMicrotask(() => isOver || target.dispatchEvent(new Event('open')));
    else socket.connect();

    const made: WebSocketLike = {
      send(data) {
        if (!isOver) socket.emit(FRAME, session, data);
      },
      close() {
        if (isOver) return;
        if (socket.connected) socket.emit(CLOSE, session);
        // As a WebSocket does: after the call has returned.
        queueMicrotask(end);
      },
      addEventListener(type: string, listener: (event: never) => void) {
        target.addEventListener(type, listener as EventListener);
      },
    };
    return made;
  };
}
