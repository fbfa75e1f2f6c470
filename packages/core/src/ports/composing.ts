/** The state and the timing of composing, as transports see them. */

/** UCMA `ComposingState`. RFC 3994 calls composing "active"; people read it as "typing". */
export type ComposingState = 'idle' | 'composing';

/** The timing of composing notifications on a wire. All times in milliseconds. */
export interface ComposingPolicy {
  /** While composing goes on, the notification is repeated this often; `never` for wires that forbid it (XEP-0085). */
  readonly refresh: number | 'never';
  /** A remote composing state without news reverts to idle after this time, unless the notification announces its own. */
  readonly expiry: number;
  /** Whether outgoing notifications announce their refresh (RFC 3994 `refresh`). */
  readonly announce: boolean;
}
