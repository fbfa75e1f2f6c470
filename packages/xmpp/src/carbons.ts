/** Reads carbons: copies of messages for the user's other devices (XEP-0280). */

import { bareOf } from './address.ts';
import { NS } from './namespaces.ts';
import { childOf, childrenOf, type XmlElement } from './xml.ts';

/** A forwarded stanza, with its delay (XEP-0297). */
export interface Forwarded {
  readonly message: XmlElement;
  readonly stamp: string | undefined;
}

export function forwardedIn(wrapper: XmlElement): Forwarded | undefined {
  const forwarded = childOf(wrapper, 'forwarded', NS.forward);
  const message = forwarded && childOf(forwarded, 'message', NS.client);
  if (forwarded === undefined || message === undefined) return undefined;
  return { message, stamp: childOf(forwarded, 'delay', NS.delay)?.attributes['stamp'] };
}

/**
 * A copy for another device (XEP-0280): the message inside, `forged` if it does not come from the user's own account;
 * undefined if the stanza is not a carbon.
 */
export function carbonIn(stanza: XmlElement, local: string): XmlElement | 'forged' | undefined {
  const copy = childrenOf(stanza).find(({ xmlns }) => xmlns === NS.carbons);
  if (copy === undefined || copy.name === 'private') return undefined;
  const { from = local } = stanza.attributes;
  const message =
    from === local || (!from.includes('/') && bareOf(from) === local) ? forwardedIn(copy)?.message : undefined;
  return message ?? 'forged';
}
