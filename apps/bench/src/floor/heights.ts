/**
 * The heights of rows, and where each one begins: a Fenwick tree, so that any change costs the logarithm of their
 * number.
 */
export interface Heights {
  readonly length: number;
  /** The sum of all heights. */
  readonly total: () => number;
  /** The offset of a row. */
  readonly offset: (index: number) => number;
  /** The row at an offset. */
  readonly at: (offset: number) => number;
  readonly get: (index: number) => number;
  readonly set: (index: number, height: number) => void;
}

/** @param known the known heights; the others are estimates. */
export function createHeights(length: number, estimate: number, known: (index: number) => number | undefined): Heights {
  const heights = new Float64Array(length);
  const tree = new Float64Array(length + 1);
  for (let index = 0; index < length; index += 1) heights[index] = known(index) ?? estimate;
  for (let node = 1; node <= length; node += 1) {
    tree[node] = (tree[node] as number) + (heights[node - 1] as number);
    const parent = node + (node & -node);
    if (parent <= length) tree[parent] = (tree[parent] as number) + (tree[node] as number);
  }

  function offset(index: number): number {
    let sum = 0;
    for (let node = index; node > 0; node -= node & -node) sum += tree[node] as number;
    return sum;
  }

  return {
    length,
    total: () => offset(length),
    offset,
    at(place) {
      let node = 0;
      let rest = place;
      for (let step = 1 << Math.floor(Math.log2(Math.max(1, length))); step > 0; step >>= 1) {
        const next = node + step;
        if (next <= length && (tree[next] as number) <= rest) {
          node = next;
          rest -= tree[next] as number;
        }
      }
      return Math.min(node, length - 1);
    },
    get: (index) => heights[index] as number,
    set(index, height) {
      const change = height - (heights[index] as number);
      if (change === 0) return;
      heights[index] = height;
      for (let node = index + 1; node <= length; node += node & -node) tree[node] = (tree[node] as number) + change;
    },
  };
}
