/** The port for random values: message ids and the jitter of the back-off. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A new id of 128 unguessable bits (RFC 5438 section 6.3 requires at least 64). */
  id(): string;
}
