/** Compares places in the archive (XEP-0313). */

/**
 * Whether a place in the archive is known to be before another one. Positions have no order (XEP-0359), but ejabberd's
 * are numbers: the times at which it got the messages.
 */
export function isBefore(one: string | undefined, other: string | undefined): boolean {
  return Number(one) < Number(other);
}
