/** A map that forgets its oldest entries. */

/** How many entries are remembered. */
const MAX_ENTRIES = 1_000;

/** Adds to a map that forgets its oldest entry where it grows too large. */
export function rememberIn<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MAX_ENTRIES && oldest !== undefined) map.delete(oldest);
}
