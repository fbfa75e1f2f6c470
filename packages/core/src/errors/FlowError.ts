/** The error and the diagnostic of the public API. */

/** Stable, machine-readable reasons of a {@link FlowError}. */
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
  /** A newer version of the application has taken over what is stored; this page has to be loaded again. */
  | 'outdated';

/**
 * The one error class of imflow. It is thrown for misuse only, at the call that was wrong; what becomes of a message
 * is data (see `SendInstantMessageResult`) and what a peer sends is at worst a diagnostic.
 */
export class FlowError extends Error {
  override readonly name = 'FlowError';
  readonly code: FlowErrorCode;

  constructor(code: FlowErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** Something worth knowing that is not the application's fault: a peer, the network or the storage misbehaved. */
export interface Diagnostic {
  /** What happened, kebab-case and stable. */
  readonly code: string;
  /** One sentence for a person. It never holds a message's body. */
  readonly message: string;
  /** The error or value behind it, where there is one. */
  readonly cause?: unknown;
}
