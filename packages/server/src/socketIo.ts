/** Carries sessions over sockets of Socket.IO. */

import type { IncomingMessage } from 'node:http';
import type { SessionSocket } from './sessionSocket.ts';

/** The part of a socket of Socket.IO that the server uses. */
export interface SocketIoSocket {
  readonly request: IncomingMessage;
  readonly conn: { on(event: 'drain', listener: () => void): unknown };
  on(event: string, listener: (...values: unknown[]) => void): unknown;
  emit(event: string, ...values: unknown[]): unknown;
}

/** A session, as the socket sees it that carries it. */
export interface CarriedSession {
  receive(text: string): void;
  closed(): void;
}

export interface SocketIoOptions {
  readonly socket: SocketIoSocket;
  readonly maxFrameBytes: number;
  readonly maxQueuedBytes: number;
  /** A session begins. Returns undefined where none may. */
  readonly begin: (socket: SessionSocket) => CarriedSession | undefined;
}

const FRAME = 'imflow';
const CLOSE = 'imflow:close';

/**
 * Carries sessions over a socket of Socket.IO, one after another: a client numbers its sessions and sends
 * `imflow (session, frame)`; either side ends one with `imflow:close (session)`. Frames of other sessions are dropped, so
 * that no frame of an old session reaches a new one.
 */
export function carryOverSocketIo({ socket, maxFrameBytes, maxQueuedBytes, begin }: SocketIoOptions): void {
  let current: Carried | undefined;
  let queuedBytes = 0;
  let taken: (() => void)[] = [];

  function settle(): void {
    queuedBytes = 0;
    const resolvers = taken;
    taken = [];
    for (const resolve of resolvers) resolve();
  }

  /** Ends the session that is carried, if it has this number. */
  function end(number: number, code: number, reason: string): void {
    if (current?.number !== number) return;
    const { session } = current;
    current = undefined;
    socket.emit(CLOSE, number, code, reason);
    session.closed();
  }

  function carry(number: number): Carried | undefined {
    let isPaused = false;
    let isReading = false;
    let waitingBytes = 0;
    const waiting: string[] = [];

    /** The next frame that may be read now; undefined if there is none. */
    function next(): string | undefined {
      if (isPaused || current?.number !== number) return undefined;
      const text = waiting.shift();
      waitingBytes -= text?.length ?? 0;
      return text;
    }

    function read(): void {
      if (isReading) return;
      isReading = true;
      for (let text = next(); text !== undefined; text = next()) session?.receive(text);
      isReading = false;
    }

    const session = begin({
      send(text, done) {
        queuedBytes += text.length;
        if (done !== undefined) taken.push(done);
        socket.emit(FRAME, number, text);
      },
      close: (code, reason) => end(number, code, reason),
      get bufferedBytes() {
        return queuedBytes;
      },
      pause() {
        isPaused = true;
      },
      resume() {
        isPaused = false;
        read();
      },
    });
    return (
      session && {
        number,
        session,
        // Socket.IO cannot stop reading: frames wait here.
        take(text) {
          waiting.push(text);
          waitingBytes += text.length;
          if (waitingBytes > maxQueuedBytes) end(number, 1013, 'The queue is full.');
          else read();
        },
      }
    );
  }

  socket.on(FRAME, (number, text) => {
    if (typeof number !== 'number' || typeof text !== 'string') return;
    if (current?.number !== number) {
      current?.session.closed();
      current = carry(number);
    }
    if (current === undefined) socket.emit(CLOSE, number, 1013, 'No socket is taken now.');
    else if (Buffer.byteLength(text) > maxFrameBytes) end(number, 1009, 'The frame is too large.');
    else current.take(text);
  });
  socket.on(CLOSE, (number) => {
    if (current?.number !== number) return;
    current?.session.closed();
    current = undefined;
  });
  socket.on('disconnect', () => {
    current?.session.closed();
    current = undefined;
    settle();
  });
  socket.conn.on('drain', settle);
}

interface Carried {
  readonly number: number;
  readonly session: CarriedSession;
  take(text: string): void;
}
