/** Stanza errors (RFC 6120 section 8.3) and their response codes. */

import { NS } from './namespaces.ts';
import { childOf, childrenOf, element, type XmlElement } from './xml.ts';

/** The condition of a stanza error (RFC 6120 section 8.3.3). */
export function conditionOf(stanza: XmlElement): string | undefined {
  const error = childOf(stanza, 'error', NS.client);
  const conditions = error === undefined ? [] : childrenOf(error).filter(({ xmlns }) => xmlns === NS.stanzas);
  return conditions.find(({ name }) => name !== 'text')?.name;
}

/** Stanza errors as response codes of SIP, which the engine knows. */
const CODES: Readonly<Record<string, number>> = {
  'bad-request': 400,
  'not-authorized': 401,
  'payment-required': 402,
  forbidden: 403,
  'registration-required': 403,
  'subscription-required': 403,
  'item-not-found': 404,
  'jid-malformed': 404,
  'not-allowed': 405,
  'not-acceptable': 406,
  'policy-violation': 413,
  'recipient-unavailable': 480,
  'resource-constraint': 503,
  'service-unavailable': 503,
  'remote-server-not-found': 404,
  'remote-server-timeout': 504,
  gone: 410,
  redirect: 410,
  'unexpected-request': 400,
  'feature-not-implemented': 501,
};

/** The response code of a stanza error. */
export function responseCodeOf(stanza: XmlElement): number {
  const error = childOf(stanza, 'error', NS.client);
  const failed = error && childOf(error, 'failed', NS.imflow);
  const exact = Number(failed?.attributes['code']);
  if (exact >= 300 && exact <= 699) return exact;
  const condition = conditionOf(stanza) ?? '';
  // As a permanent error it means that there is no such user (RFC 6121 section 8.5.1); as a temporary one, that the
  // server is overloaded.
  if (condition === 'service-unavailable' && error?.attributes['type'] === 'cancel') return 404;
  return CODES[condition] ?? 500;
}

/** Conditions of response codes, with the types that RFC 6120 section 8.3.3 gives them. */
const CONDITIONS: Readonly<Record<number, readonly [type: string, condition: string]>> = {
  400: ['modify', 'bad-request'],
  401: ['auth', 'not-authorized'],
  403: ['auth', 'forbidden'],
  402: ['auth', 'forbidden'],
  404: ['cancel', 'item-not-found'],
  405: ['cancel', 'not-allowed'],
  406: ['modify', 'not-acceptable'],
  407: ['auth', 'not-authorized'],
  408: ['wait', 'remote-server-timeout'],
  410: ['cancel', 'gone'],
  413: ['modify', 'policy-violation'],
  414: ['modify', 'policy-violation'],
  415: ['modify', 'not-acceptable'],
  416: ['modify', 'not-acceptable'],
  429: ['wait', 'policy-violation'],
  480: ['wait', 'recipient-unavailable'],
  481: ['cancel', 'item-not-found'],
  484: ['cancel', 'item-not-found'],
  485: ['cancel', 'item-not-found'],
  486: ['wait', 'recipient-unavailable'],
  487: ['wait', 'recipient-unavailable'],
  488: ['modify', 'not-acceptable'],
  500: ['cancel', 'internal-server-error'],
  501: ['cancel', 'feature-not-implemented'],
  502: ['cancel', 'remote-server-not-found'],
  503: ['wait', 'resource-constraint'],
  504: ['wait', 'remote-server-timeout'],
  513: ['modify', 'policy-violation'],
  600: ['wait', 'recipient-unavailable'],
  603: ['cancel', 'not-allowed'],
  604: ['cancel', 'item-not-found'],
  606: ['modify', 'not-acceptable'],
};

/**
 * An unknown code counts as the x00 code of its class (RFC 3261 section 8.1.3.2); a 3xx code means that the user has
 * moved.
 */
function conditionFor(code: number): readonly [type: string, condition: string] {
  const group = code - (code % 100);
  return CONDITIONS[code] ?? (group === 300 ? CONDITIONS[410] : CONDITIONS[group]) ?? ['cancel', 'undefined-condition'];
}

/**
 * Writes the failure of a message as a stanza error, which every client understands. @param to the full address that
 * sent it.
 */
export function encodeMessageError(to: string, messageId: string, code = 500): XmlElement {
  const [type, condition] = conditionFor(code);
  const failed = element('failed', NS.imflow, { id: messageId, code: String(code) });
  const error = element('error', NS.client, { type }, element(condition, NS.stanzas), failed);
  return element('message', NS.client, { to, type: 'error', id: messageId }, error);
}
