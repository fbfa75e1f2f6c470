/** Parses, compares and writes SIP addresses. */

/** `sip:ana@example.com`; scheme and port may be left out. No part of it can end a header or begin a new one. */
const ADDRESS =
  /^(?:sips?:)?[\w.!~*'()%&=+$,;?/-]{1,255}@(?:[A-Za-z0-9.-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/i;

export function isAddress(value: unknown): value is string {
  return typeof value === 'string' && ADDRESS.test(value);
}

/**
 * Returns the form in which addresses are compared (RFC 3261, section 19.1.4): without scheme and parameters, host in
 * lower case.
 */
export function keyOf(address: string): string {
  const bare = address.trim().replace(/^sips?:/i, '');
  const at = bare.lastIndexOf('@');
  const host = bare
    .slice(at + 1)
    .replace(/[;?].*$/s, '')
    .replace(/:506[01]$/, '');
  return `${unescaped(bare.slice(0, Math.max(0, at)))}@${host.toLowerCase()}`;
}

/**
 * Normalises an address, so that all addresses of one user are equal: without the scheme `sip`, the user with no more
 * escapes than needed, the host in lower case. A value that is not an address is returned unchanged.
 */
export function normalAddressOf(address: string): string {
  if (!isAddress(address)) return address;
  const key = keyOf(address);
  const at = key.lastIndexOf('@');
  const user = key.slice(0, at).replace(/[^\w.!~*'()&=+$,;?/-]/gu, (character) => encodeURIComponent(character));
  // A URI with `sips` asks for encryption on the whole way (RFC 3261, section 19.1).
  return `${/^sips:/i.test(address) ? 'sips:' : ''}${user}${key.slice(at)}`;
}

/** The URI of an address, as used in requests. */
export function uriOf(address: string): string {
  return /^sips?:/i.test(address) ? address : `sip:${address}`;
}

/** The URI of the registrar: the address without its user. */
export function domainUriOf(address: string): string {
  const uri = uriOf(address);
  return `${uri.slice(0, uri.indexOf(':'))}:${uri.slice(uri.lastIndexOf('@') + 1)}`;
}

export function userOf(address: string): string {
  return unescaped(address.replace(/^sips?:/i, '').replace(/@[^@]*$/, ''));
}

/** The URI in a From or To header: `"Bo" <sip:bo@example.com>;tag=1`, or without the brackets. */
export function addressIn(header: string): string {
  const bracketed = /^\s*(?:"(?:[^"\\]|\\.)*"|[^<"]*)\s*<([^<>]*)>/s.exec(header)?.[1];
  return (bracketed ?? header.replace(/;.*$/s, '')).trim();
}

/** Whether a WebSocket address is on this machine, so that it needs no encryption. */
export function isLoopback(url: URL): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
}

function unescaped(user: string): string {
  try {
    return decodeURIComponent(user);
  } catch {
    return user;
  }
}
