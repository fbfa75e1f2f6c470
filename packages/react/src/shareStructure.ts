/**
 * Structural sharing: returns the previous array if the next one has the same items, so that comparisons by identity
 * see no change.
 */
export function shareStructure<T>(previous: readonly T[], next: readonly T[]): readonly T[] {
  const same = previous.length === next.length && previous.every((value, index) => value === next[index]);
  return same ? previous : next;
}
