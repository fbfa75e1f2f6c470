/** The state and the timing of composing, as transports see them. */

/** UCMA `ComposingState`. RFC 3994 calls composing "active"; user interfaces call it "typing". */
export type ComposingState = 'idle' | 'composing';

/** The timing of composing notifications of a protocol, in ms. */
export interface ComposingPolicy {
  /**
   * While the user composes, the notification is repeated at this interval; `never` for protocols that forbid the
   * repetition (XEP-0085).
   */
  readonly refresh: number | 'never';
  /**
   * A remote composing state without a refresh reverts to idle after this time, unless the notification announces its
   * own.
   */
  readonly expiry: number;
  /** Whether outgoing notifications announce their refresh (RFC 3994 `refresh`). */
  readonly announce: boolean;
}
