/** The previous array where the next one holds the same, so that a comparison of arrays sees no change. */
export function shareStructure<T>(previous: readonly T[], next: readonly T[]): readonly T[] {
  const same = previous.length === next.length && previous.every((value, index) => value === next[index]);
  return same ? previous : next;
}
