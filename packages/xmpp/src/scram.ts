/** SCRAM authentication (RFC 5802, RFC 7677). */

const HASHES = { 'SCRAM-SHA-512': 'SHA-512', 'SCRAM-SHA-256': 'SHA-256', 'SCRAM-SHA-1': 'SHA-1' } as const;

export type ScramMechanism = keyof typeof HASHES;

/** The most SCRAM iterations: more would block the page; servers use 4 096 to some 100 000. */
const MAX_ITERATIONS = 1_000_000;

/** Returns the strongest of the offered mechanisms. */
export function strongest(offered: readonly string[]): ScramMechanism | undefined {
  return (Object.keys(HASHES) as ScramMechanism[]).find((mechanism) => offered.includes(mechanism));
}

/** One sign-in by SCRAM (RFC 5802, 7677): the password is not sent, and the server proves that it knows it too. */
export interface Scram {
  readonly first: string;
  /** @throws Error for an invalid challenge. */
  answer(challenge: string): Promise<string>;
  /** Whether the final message of the server proves that it knows the password. */
  proves(final: string): boolean;
}

export function createScram(mechanism: ScramMechanism, user: string, password: string, nonce: string): Scram {
  const hash = HASHES[mechanism];
  const bare = `n=${user.replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${nonce}`;
  let signature: string | undefined;

  return {
    first: `n,,${bare}`,
    async answer(challenge) {
      const fields = fieldsOf(challenge);
      const { r = '', s = '' } = fields;
      const rounds = Number(fields['i']);
      const sound =
        r.startsWith(nonce) && r.length > nonce.length && s !== '' && rounds >= 1 && rounds <= MAX_ITERATIONS;
      if (!sound) throw new Error('The server sent an invalid SCRAM challenge.');
      const ending = `c=biws,r=${r}`;
      const signed = `${bare},${challenge},${ending}`;
      const salted = await derive(hash, password.normalize('NFKC'), fromBase64(s), rounds);
      const clientKey = await sign(hash, salted, utf8('Client Key'));
      const stored = new Uint8Array(await crypto.subtle.digest(hash, clientKey));
      const mask = await sign(hash, stored, utf8(signed));
      const proof = clientKey.map((byte, index) => byte ^ (mask[index] ?? 0));
      signature = toBase64(await sign(hash, await sign(hash, salted, utf8('Server Key')), utf8(signed)));
      return `${ending},p=${toBase64(proof)}`;
    },
    proves: (final) => signature !== undefined && fieldsOf(final)['v'] === signature,
  };
}

export function textToBase64(text: string): string {
  return toBase64(utf8(text));
}

/** @throws Error for invalid base64. */
export function base64ToText(base64: string): string {
  return new TextDecoder().decode(fromBase64(base64));
}

function fieldsOf(message: string): Record<string, string> {
  return Object.fromEntries(message.split(',').map((part) => [part.slice(0, 1), part.slice(2)]));
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

function fromBase64(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

async function sign(hash: string, key: BufferSource, data: BufferSource): Promise<Uint8Array<ArrayBuffer>> {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, data));
}

async function derive(
  hash: string,
  password: string,
  salt: BufferSource,
  iterations: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const length = { 'SHA-512': 512, 'SHA-256': 256 }[hash] ?? 160;
  const key = await crypto.subtle.importKey('raw', utf8(password), 'PBKDF2', false, ['deriveBits']);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: 'PBKDF2', hash, salt, iterations }, key, length));
}
