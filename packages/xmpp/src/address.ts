/** Parses and compares XMPP addresses. */

import { decodePunycode } from './punycode.ts';

/** Bare address: `ana@example.com`. The local part may hold no separator (RFC 7622). */
const BARE = /^[^\s"&'/:<>@]{1,1023}@[^\s"&'/<>@]{1,1023}$/u;

/** The bare address, in the form in which addresses are compared, stored and sent. */
export function bareOf(address: string): string {
  const bare = address
    .replace(/\/.*$/s, '')
    // Wide letters are equal to common ones (RFC 8265 section 3.3), and the dot at the end of a domain is left out (RFC
    // 7622 section 3.2).
    .replace(/[\uFF01-\uFFEE]/g, (letter) => letter.normalize('NFKC'))
    .replace(/\.$/, '')
    .normalize('NFC')
    .toLowerCase();
  const [domain] = /[^@]*$/.exec(bare) ?? [''];
  return bare.slice(0, bare.length - domain.length) + unicodeDomain(domain);
}

/** An address in the form in which it is compared, with its resource, which is compared letter by letter. */
export function canonicalOf(address: string): string {
  return bareOf(address) + (/\/.*$/s.exec(address)?.[0] ?? '');
}

/**
 * A domain with U-labels, in the one form that the URL parser gives it: an XMPP address may hold no A-label such as
 * `xn--bcher-kva` (RFC 7622 section 3.2.1), and servers do not recognise one as their own. An invalid domain is
 * returned unchanged.
 */
function unicodeDomain(domain: string): string {
  // The parser also decodes `%63` and skips tabs.
  if (!/xn--|[^\0-\x7F]/.test(domain) || /[%\s]/.test(domain)) return domain;
  const ascii = asciiDomain(domain);
  const unicode = ascii
    ?.split('.')
    .map((label) => (label.startsWith('xn--') ? (decodePunycode(label.slice(4)) ?? label) : label))
    .join('.');
  return unicode !== undefined && asciiDomain(unicode) === ascii ? unicode : domain;
}

function asciiDomain(domain: string): string | undefined {
  const text = `https://${domain}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // It may hold more than a domain, such as a port.
  return url?.href === `https://${url?.hostname}/` ? url.hostname : undefined;
}

export function isBareAddress(value: unknown): value is string {
  return typeof value === 'string' && BARE.test(value);
}

export function domainOf(address: string): string {
  return bareOf(address).replace(/^[^@]*@/, '');
}

export function localPartOf(address: string): string {
  return bareOf(address).replace(/@.*$/, '');
}

/** Whether a WebSocket address is on this machine, so that it needs no encryption. */
export function isLoopback(url: URL): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
}
