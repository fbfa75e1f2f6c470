/** Signed addresses: each one lets its holder read one file for some time. */

import { createHmac, timingSafeEqual } from 'node:crypto';

/** Signs and checks the addresses of files. */
export interface AddressSigner {
  /** The query that makes the address of a file readable. @returns also how long, in ms. */
  sign(key: string): { readonly query: string; readonly expiresIn: number };
  /** How long a query is valid still, in ms; 0 or less after its end. Undefined: the signature is not of this server. */
  check(key: string, query: URLSearchParams): number | undefined;
}

/** @param lifetime of an address at least, in ms. */
export function createAddressSigner(secret: Buffer, lifetime: number, now: () => number): AddressSigner {
  function signatureOf(key: string, expires: string): Buffer {
    return createHmac('sha256', secret).update(`${key} ${expires}`).digest();
  }

  return {
    sign(key) {
      const at = now();
      // The same for all who ask in one period, so that the browser's cache knows the address.
      const expires = (Math.floor(at / lifetime) + 2) * lifetime;
      const signature = signatureOf(key, String(expires)).toString('base64url');
      return { query: `expires=${expires}&signature=${signature}`, expiresIn: expires - at };
    },
    check(key, query) {
      const expires = query.get('expires') ?? '';
      const given = Buffer.from(query.get('signature') ?? '', 'base64url');
      const right = signatureOf(key, expires);
      if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
      return Number(expires) - now();
    },
  };
}
