/** Parses, compares and writes SIP addresses. */

/** `sip:ana@example.com`; scheme and port may be left out. No part of it can end a header or begin a new one. */
const ADDRESS =
  /^(?:sips?:)?[\w.!~*'()%&=+$,;?/-]{1,255}@(?:[A-Za-z0-9.-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/i;

export function isAddress(value: unknown): value is string {
  return typeof value === 'string' && ADDRESS.test(withAsciiHost(value));
}

/**
 * Returns the form in which addresses are compared (RFC 3261, section 19.1.4): without scheme and parameters, host in
 * its canonical form.
 */
export function keyOf(address: string): string {
  const bare = address.trim().replace(/^sips?:/i, '');
  const at = bare.lastIndexOf('@');
  const place = bare
    .slice(at + 1)
    .replace(/[;?].*$/s, '')
    .replace(/:506[01]$/, '')
    .replace(/^(?:\[[^\]]*\]|[^:]*)/, canonicalHost);
  return `${unescaped(bare.slice(0, Math.max(0, at)))}@${place}`;
}

/**
 * Normalises an address, so that all addresses of one user are equal: without the scheme `sip`, the user with no more
 * escapes than needed, the host in its canonical form. A value that is not an address is returned unchanged.
 */
export function normalAddressOf(address: string): string {
  if (!isAddress(address)) return address;
  const key = keyOf(address);
  const at = key.lastIndexOf('@');
  const user = key.slice(0, at).replace(/[^\w.!~*'()&=+$,;?/-]/gu, (character) => encodeURIComponent(character));
  // A URI with `sips` asks for encryption on the whole way (RFC 3261, section 19.1).
  return `${/^sips:/i.test(address) ? 'sips:' : ''}${user}${key.slice(at)}`;
}

/** The URI of an address, as used in requests, which have ASCII characters only (RFC 3261, section 25.1). */
export function uriOf(address: string): string {
  const uri = withAsciiHost(address);
  return /^sips?:/i.test(uri) ? uri : `sip:${uri}`;
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

/** An internationalised host becomes ASCII; every other part stays as it is. */
function withAsciiHost(address: string): string {
  return address.replace(/(?<=@)[^@:;?]*[^\0-\x7F][^@:;?]*/, canonicalHost);
}

/**
 * A host in lower case, without the dot at its end, with A-labels, and an IPv6 address in its shortest form (RFC 5118,
 * section 4.5): one form for all spellings of a host. Only lower case where it is not valid.
 */
function canonicalHost(host: string): string {
  const lower = host.toLowerCase();
  // The URL parser also takes four numbers of IPv4 in other notations, decodes `%63` and skips tabs.
  const url = /^\[|[^\0-\x7F]/.test(lower) && !/[%\s]/.test(lower) ? parseUrl(`https://${lower}`) : undefined;
  const ascii = url?.href === `https://${url?.hostname}/` ? url.hostname : lower;
  return ascii.replace(/\.$/, '');
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

function unescaped(user: string): string {
  try {
    return decodeURIComponent(user);
  } catch {
    return user;
  }
}
