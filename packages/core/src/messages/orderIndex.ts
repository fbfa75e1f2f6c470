import { compareSortKeys, type SortKey } from './sortKey.ts';

/** The ids of a conversation's messages, oldest first. Array-like; each change of the order creates a new object. */
export interface MessageOrder extends ArrayLike<string> {
  at(index: number): string | undefined;
  /** The place of a message, or -1. */
  indexOf(id: string): number;
  [Symbol.iterator](): IterableIterator<string>;
}

/** A sorted list of ids with immutable views: a view that a reader holds never changes. */
export interface OrderIndex {
  /** What readers get. */
  readonly view: MessageOrder;
  /** Puts ids into their places, and takes others out. Costs nothing but the new ids when they come last. */
  update(added: readonly string[], removed: ReadonlySet<string>): void;
  /** The place of the first id of this order or a later one. */
  readonly firstFrom: (order: number) => number;
  /** Whether the id at a place is in order with its neighbours, by the orders that they have now. */
  isSortedAt(place: number): boolean;
}

/** @param orderOf the order of an id that is or will be in the index; ids of one order are sorted by id. */
export function createOrderIndex(orderOf: (id: string) => number): OrderIndex {
  // Views share this array and know their length: appending leaves them whole. Any other change makes a new array.
  let ids: string[] = [];
  let view = createView(ids, 0, locate);

  const keyOf = (id: string): SortKey => ({ id, order: orderOf(id) });
  const compare = (one: string, two: string): number => compareSortKeys(keyOf(one), keyOf(two));

  function firstFrom(key: SortKey, list: readonly string[], length: number): number {
    let low = 0;
    let high = length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareSortKeys(keyOf(list[middle] as string), key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function locate(list: readonly string[], length: number, id: string): number {
    const place = firstFrom(keyOf(id), list, length);
    // An older view may be sorted by orders that have changed since.
    return list[place] === id && place < length ? place : list.slice(0, length).indexOf(id);
  }

  return {
    get view() {
      return view;
    },
    update(added, removed) {
      const sorted = added.toSorted(compare);
      const first = sorted[0];
      const last = ids.at(-1);
      const appends = removed.size === 0 && (first === undefined || last === undefined || compare(last, first) < 0);
      if (appends) ids.push(...sorted);
      else ids = merge(removed.size === 0 ? ids : ids.filter((id) => !removed.has(id)), sorted, compare);
      view = createView(ids, ids.length, locate);
    },
    firstFrom: (order) => firstFrom({ order, id: '' }, ids, ids.length),
    isSortedAt(place) {
      const [before, id, after] = [ids[place - 1], ids[place] ?? '', ids[place + 1]];
      return (before === undefined || compare(before, id) < 0) && (after === undefined || compare(id, after) < 0);
    },
  };
}

function merge(a: readonly string[], b: readonly string[], compare: (one: string, two: string) => number): string[] {
  const merged: string[] = [];
  let i = 0;
  for (const id of b) {
    while (i < a.length && compare(a[i] as string, id) <= 0) merged.push(a[i++] as string);
    merged.push(id);
  }
  while (i < a.length) merged.push(a[i++] as string);
  return merged;
}

function createView(
  ids: readonly string[],
  length: number,
  locate: (ids: readonly string[], length: number, id: string) => number,
): MessageOrder {
  const view = {
    length,
    at: (index: number) => (index < 0 ? ids[length + index] : index < length ? ids[index] : undefined),
    indexOf: (id: string) => locate(ids, length, id),
    *[Symbol.iterator]() {
      for (let index = 0; index < length; index += 1) yield ids[index] as string;
    },
  };
  // Array-like without a copy of the ids for every change.
  return new Proxy(view, {
    get: (target, key) =>
      typeof key === 'string' && /^\d+$/.test(key) ? target.at(Number(key)) : Reflect.get(target, key),
  }) as object as MessageOrder;
}
