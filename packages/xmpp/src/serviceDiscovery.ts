/** Service discovery (XEP-0030) and entity capabilities (XEP-0115). */

import { NS } from './namespaces.ts';
import { childOf, element, type XmlElement } from './xml.ts';

/** The features of this client, in the order of XEP-0115 section 5.1. */
export const FEATURES: readonly string[] = [
  NS.caps,
  NS.chatStates,
  NS.info,
  NS.oob,
  NS.imflow,
  NS.markers,
  'urn:xmpp:eme:0',
  NS.fallback,
  NS.fileMetadata,
  NS.correct,
  NS.oldRetract,
  NS.retract,
  NS.ping,
  NS.reactions,
  NS.receipts,
  NS.reply,
  NS.sharing,
  NS.ids,
];
const IDENTITY = { category: 'client', type: 'web', name: 'imflow' };
const NODE = 'urn:imflow:client';
/** The hash of identity and features (XEP-0115 section 5.1). A browser may have no cryptography to compute it. */
export const VERSION = 'dVWTsioUvbaVmHbgGLd8FopzBZc=';

/** Writes the entity capabilities of this client for its presence (XEP-0115). */
export function encodeCapabilities(): XmlElement {
  return element('c', NS.caps, { hash: 'sha-1', node: NODE, ver: VERSION });
}

/** Responds to IQ requests: service discovery (XEP-0030) and pings (XEP-0199). */
export function answerTo(request: XmlElement): XmlElement {
  const { id, from: to, type } = request.attributes;
  const info = childOf(request, 'query', NS.info);
  if (type === 'get' && childOf(request, 'ping', NS.ping) !== undefined) {
    return element('iq', NS.client, { type: 'result', id, to });
  }
  const { node } = info?.attributes ?? {};
  if (type === 'get' && info !== undefined && [undefined, NODE, `${NODE}#${VERSION}`].includes(node)) {
    const features = FEATURES.map((feature) => element('feature', NS.info, { var: feature }));
    const answer = element('query', NS.info, { node }, element('identity', NS.info, IDENTITY), ...features);
    return element('iq', NS.client, { type: 'result', id, to }, answer);
  }
  const condition = info === undefined ? 'service-unavailable' : 'item-not-found';
  const error = element('error', NS.client, { type: 'cancel' }, element(condition, NS.stanzas));
  return element('iq', NS.client, { type: 'error', id, to }, error);
}
