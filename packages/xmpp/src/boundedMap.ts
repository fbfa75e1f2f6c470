/** A map of limited size that drops its oldest entries. */

/** The most entries of a map. */
const MAX_ENTRIES = 1_000;

/** Adds an entry to a map, and removes the oldest one if the map is full. */
export function rememberIn<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MAX_ENTRIES && oldest !== undefined) map.delete(oldest);
}
