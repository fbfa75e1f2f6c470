/** Parses and compares XMPP addresses. */

/** Bare address: `ana@example.com`. The local part may hold no separator (RFC 7622). */
const BARE = /^[^\s"&'/:<>@]{1,1023}@[^\s"&'/<>@]{1,1023}$/u;

/** The bare address, in the form in which addresses are compared. */
export function bareOf(address: string): string {
  return (
    address
      .replace(/\/.*$/s, '')
      // Wide letters count as common ones (RFC 8265 section 3.3), and the dot at the end of a domain as none (RFC 7622
      // section 3.2).
      .replace(/[\uFF01-\uFFEE]/g, (letter) => letter.normalize('NFKC'))
      .replace(/\.$/, '')
      .normalize('NFC')
      .toLowerCase()
  );
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
