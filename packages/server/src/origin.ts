/** Origins whose pages may connect, such as `https://example.com`, or a rule for them. */
export type Origins = readonly string[] | ((origin: string) => boolean);

/**
 * Whether a page of an origin may connect. A program that is not a browser sends no origin, but still needs a token.
 * @param host of the server, as the client wrote it.
 */
export function isOriginAllowed(
  origin: string | undefined,
  host: string | undefined,
  allowed: Origins | undefined,
): boolean {
  if (origin === undefined) return true;
  if (typeof allowed === 'function') return allowed(origin);
  if (allowed !== undefined) return allowed.includes(origin);
  return URL.canParse(origin) && new URL(origin).host === host;
}
