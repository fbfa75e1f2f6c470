/** Reads when a participant who is away was last seen. */

import type { Clock } from '@imflow/core';
import { NS } from './namespaces.ts';
import { childOf, type XmlElement } from './xml.ts';

/**
 * When a device became unavailable, in ms since the epoch: by the stamp of an `unavailable` presence that the server
 * had stored (XEP-0203), otherwise now, where the device was available before. Undefined where it is not known. Never
 * after now.
 */
export function leftAt(presence: XmlElement, clock: Clock, wasThere: boolean): number | undefined {
  const now = clock.now();
  const stamp = Date.parse(childOf(presence, 'delay', NS.delay)?.attributes['stamp'] ?? '');
  if (stamp > 0) return Math.min(stamp, now);
  return wasThere ? now : undefined;
}

/**
 * When a user was last active, in ms since the epoch, as a server answers (XEP-0012). Undefined where that is not
 * known: 0 s stands for a user who is online, and Prosody also answers it for a user about whom it knows nothing.
 */
export function lastActiveIn(answer: XmlElement, clock: Clock): number | undefined {
  const seconds = childOf(answer, 'query', NS.last)?.attributes['seconds'] ?? '';
  return /^\d{1,10}$/.test(seconds) && Number(seconds) > 0 ? clock.now() - Number(seconds) * 1_000 : undefined;
}
