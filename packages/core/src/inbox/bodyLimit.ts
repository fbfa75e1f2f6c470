/** The length limit for received bodies of messages and edits. */

import type { Transaction } from '../engine/transaction.ts';

/** The SIP response code for a body over the limit. */
export const CONTENT_TOO_LARGE = 413;

/**
 * The longest body that a participant may send, in UTF-16 code units, unless the local user may send longer ones. Most
 * servers allow this size; fifty messages without a limit held 94 MB.
 */
export const MAX_BODY_LENGTH = 262_144;

/** Whether the body of a participant is over the limit. */
export function isBodyTooLong({ context }: Transaction, body: string): boolean {
  return body.length > Math.max(MAX_BODY_LENGTH, context.settings.maxMessageLength);
}
