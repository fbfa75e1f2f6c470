/** The interface of a socket, for the session. */

/** The socket that carries a session: a WebSocket of `ws`, or a socket of Socket.IO. */
export interface SessionSocket {
  /** Sends a text. @param taken is called once the socket has written it, or is closed. */
  send(text: string, taken?: () => void): void;
  close(code: number, reason: string): void;
  /** The bytes that wait to be written. */
  readonly bufferedBytes: number;
  /** Stops reading. The frames of the client wait in the buffers of the system. */
  pause(): void;
  resume(): void;
}
