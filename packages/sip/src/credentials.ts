/** Digest authentication (RFC 3261 section 22, RFC 8760). */

import { md5 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { headersOf, type SipFrame, type SipHeader } from './codecs/frame.ts';

/** Pure functions: WebCrypto has no MD5, and browsers offer its SHA-256 to secure pages only. */
const HASHES = { MD5: md5, 'SHA-256': sha256 };

/** Responds to the authentication challenges of a server (Digest: RFC 3261 section 22, RFC 8760). */
export interface Credentials {
  /** The headers for a request, once the server has sent a challenge. */
  headersFor(method: string, uri: string): readonly SipHeader[];
  /**
   * Handles a challenge, 401 or 407. `answerable`: the algorithm is known. `stale`: the last answer was correct but too
   * old.
   */
  challenged(response: SipFrame): { readonly answerable: boolean; readonly stale: boolean };
}

interface Challenge {
  readonly algorithm: keyof typeof HASHES;
  readonly fields: ReadonlyMap<string, string>;
  /** How often the nonce was used. */
  uses: number;
}

const ANSWERS = { 'www-authenticate': 'Authorization', 'proxy-authenticate': 'Proxy-Authorization' } as const;
type Question = keyof typeof ANSWERS;

export function createCredentials(user: string, password: string, newNonce: () => string): Credentials {
  const challenges = new Map<Question, Challenge>();

  function answer(challenge: Challenge, method: string, uri: string): string {
    const { algorithm, fields } = challenge;
    challenge.uses += 1;
    const [realm = '', nonce = ''] = [fields.get('realm'), fields.get('nonce')];
    const hash = (...parts: readonly string[]): string => bytesToHex(HASHES[algorithm](utf8ToBytes(parts.join(':'))));
    const secret = hash(user, realm, password);
    const request = hash(method, uri);
    const given = { username: quoted(user), realm: quoted(realm), nonce: quoted(nonce), uri: quoted(uri), algorithm };
    const opaque = fields.has('opaque') ? { opaque: quoted(fields.get('opaque') ?? '') } : {};
    // A server without `qop` is one of RFC 2069.
    if (!fields.has('qop')) {
      return written({ ...given, ...opaque, response: quoted(hash(secret, nonce, request)) });
    }
    const [nc, cnonce] = [challenge.uses.toString(16).padStart(8, '0'), newNonce()];
    const response = hash(secret, nonce, nc, cnonce, 'auth', request);
    return written({ ...given, ...opaque, qop: 'auth', nc, cnonce: quoted(cnonce), response: quoted(response) });
  }

  return {
    headersFor(method, uri) {
      const headers: SipHeader[] = [];
      for (const [question, challenge] of challenges) {
        // Only the registrar may ask with 401: for a message, the 401 could come from the participant, who must receive
        // no digest.
        if (question === 'www-authenticate' && method !== 'REGISTER') continue;
        headers.push({ name: ANSWERS[question], value: answer(challenge, method, uri) });
      }
      return headers;
    },
    challenged(response) {
      for (const question of ['www-authenticate', 'proxy-authenticate'] as const) {
        const offered = headersOf(response, question)
          .map(parse)
          .filter((each) => each !== undefined);
        const best = offered.find(({ algorithm }) => algorithm === 'SHA-256') ?? offered[0];
        if (best === undefined) continue;
        challenges.set(question, best);
        return { answerable: true, stale: best.fields.get('stale')?.toLowerCase() === 'true' };
      }
      return { answerable: false, stale: false };
    },
  };
}

/** Undefined for what cannot be answered: another scheme, an unknown algorithm, a protection of the body alone. */
function parse(header: string): Challenge | undefined {
  const [, list] = /^\s*Digest\s+(.*)$/is.exec(header) ?? [];
  const fields = new Map<string, string>();
  for (const [, name = '', inQuotes, bare] of (list ?? '').matchAll(
    /([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g,
  )) {
    fields.set(name.toLowerCase(), inQuotes?.replaceAll(/\\(.)/gs, '$1') ?? bare ?? '');
  }
  const algorithm = (fields.get('algorithm') ?? 'MD5').toUpperCase();
  const qop = fields
    .get('qop')
    ?.split(',')
    .map((each) => each.trim().toLowerCase());
  if (!fields.has('nonce') || (qop !== undefined && !qop.includes('auth'))) return undefined;
  return algorithm === 'MD5' || algorithm === 'SHA-256' ? { algorithm, fields, uses: 0 } : undefined;
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`).replaceAll(/[\r\n]/g, ' ')}"`;
}

function written(fields: Readonly<Record<string, string>>): string {
  return `Digest ${Object.entries(fields)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ')}`;
}
