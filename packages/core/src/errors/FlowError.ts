/** The error and the diagnostic of the public API. */

/** The stable, machine-readable codes of a {@link FlowError}. */
export type FlowErrorCode =
  | 'invalid-operation'
  | 'invalid-argument'
  | 'out-of-range'
  | 'unknown-message'
  | 'configuration'
  | 'terminated'
  | 'timeout'
  | 'refused'
  | 'aborted'
  | 'storage'
  /** A newer version of the application has taken over the stored messages; this page has to be loaded again. */
  | 'outdated';

/**
 * The one error class of imflow. A call throws it for misuse only. The outcome of a message is data (see
 * `SendInstantMessageResult`), and invalid input from a peer causes at most a diagnostic.
 */
export class FlowError extends Error {
  override readonly name = 'FlowError';
  readonly code: FlowErrorCode;

  constructor(code: FlowErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** An event for logs: a peer, the network or the storage misbehaved. It is not an error of the application. */
export interface Diagnostic {
  /** What happened, kebab-case and stable. */
  readonly code: string;
  /** One sentence for a person. It never holds a message's body. */
  readonly message: string;
  /** The error or value behind it, where there is one. */
  readonly cause?: unknown;
}
