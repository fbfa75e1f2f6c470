/** The interface of a WebSocket, for the session. */

/** The socket interface that a session needs. Adapters exist for `ws`. */
export interface Wire {
  /** Sends a text. @param taken is called once the socket has taken it, or is closed. */
  send(text: string, taken?: () => void): void;
  close(code: number, reason: string): void;
  /** What waits to be sent, in bytes. */
  readonly bufferedBytes: number;
  /** Stops reading; what a client sends waits in its own buffers. */
  pause(): void;
  resume(): void;
}
