import { chunkAt, lowerBound, type Probe, putAll, remove, type SortedList } from '../collections/sortedList.ts';
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
  /** The current view for readers. */
  readonly view: MessageOrder;
  readonly length: number;
  /** Removes ids. To be called while they still have the orders by which the index is sorted. */
  remove(ids: Iterable<string>): void;
  /** Inserts ids by their current orders. */
  add(ids: readonly string[]): void;
  /** The place of the first id of this order or a later one. */
  firstFrom(order: number): number;
  /** How many ids have a higher order. */
  countAfter(order: number): number;
  /** Whether the id at a place is in order with its neighbours, by these orders. */
  isSortedAt(place: number, orderOf: (id: string) => number): boolean;
}

type Ids = SortedList<string>;

/** @param orderOf the order of an id that is or will be in the index; ids of one order are sorted by id. */
export function createOrderIndex(orderOf: (id: string) => number): OrderIndex {
  let ids: Ids = [];
  let view: View | undefined;

  const keyOf = (id: string): SortKey => ({ id, order: orderOf(id) });
  const compare = (one: string, two: string): number => compareSortKeys(keyOf(one), keyOf(two));
  const at =
    (key: SortKey): Probe<string> =>
    (id) =>
      compareSortKeys(keyOf(id), key);

  function currentView(): View {
    return (view ??= createView(ids, (shown, id) => rankOf(shown, at(keyOf(id)))));
  }

  function rankFrom(order: number): number {
    return rankOf(currentView(), (id) => (orderOf(id) < order ? -1 : 1));
  }

  return {
    get view() {
      return currentView().order;
    },
    get length() {
      return currentView().length;
    },
    remove(removed) {
      for (const id of removed) {
        const rest = remove(ids, at(keyOf(id)));
        if (rest === ids) continue;
        ids = rest;
        view = undefined;
      }
    },
    add(added) {
      if (added.length === 0) return;
      ids = putAll(ids, added.length === 1 ? added : added.toSorted(compare), compare);
      view = undefined;
    },
    firstFrom: rankFrom,
    countAfter: (order) => {
      const shown = currentView();
      return shown.length - rankOf(shown, (id) => (orderOf(id) <= order ? -1 : 1));
    },
    isSortedAt(place, orderOfNow) {
      const { at: idAt } = currentView();
      const [before, id, after] = [place < 1 ? undefined : idAt(place - 1), idAt(place) ?? '', idAt(place + 1)];
      const isBefore = (one: string, two: string): boolean =>
        compareSortKeys({ id: one, order: orderOfNow(one) }, { id: two, order: orderOfNow(two) }) < 0;
      return (before === undefined || isBefore(before, id)) && (after === undefined || isBefore(id, after));
    },
  };
}

interface View {
  readonly ids: Ids;
  readonly length: number;
  readonly at: (index: number) => string | undefined;
  /** The array-like object for readers. */
  readonly order: MessageOrder;
  /** The place of the first id of each chunk. */
  readonly starts: () => readonly number[];
}

/** The number of ids that precede the searched one. */
function rankOf({ ids, length, starts }: View, probe: Probe<string>): number {
  const place = chunkAt(ids, probe);
  const chunk = ids[place];
  return chunk === undefined ? length : (starts()[place] ?? 0) + lowerBound(chunk, probe);
}

/** @param rank the index of an id by its current order. */
function createView(ids: Ids, rank: (view: View, id: string) => number): View {
  let length = 0;
  for (const chunk of ids) length += chunk.length;
  let known: readonly number[] | undefined;

  function starts(): readonly number[] {
    if (known !== undefined) return known;
    const sums: number[] = [];
    let sum = 0;
    for (const chunk of ids) {
      sums.push(sum);
      sum += chunk.length;
    }
    known = sums;
    return sums;
  }

  function at(index: number): string | undefined {
    const place = index < 0 ? length + index : index;
    if (!(place >= 0 && place < length)) return undefined;
    const chunk = lowerBound(starts(), (start) => (start <= place ? -1 : 1)) - 1;
    return ids[chunk]?.[place - (starts()[chunk] ?? 0)];
  }

  function indexOf(id: string): number {
    const place = rank(view, id);
    if (at(place) === id) return place;
    // An older view may be sorted by orders that have changed since.
    for (const [chunk, items] of ids.entries()) {
      const index = items.indexOf(id);
      if (index !== -1) return (starts()[chunk] ?? 0) + index;
    }
    return -1;
  }

  const target = {
    length,
    at,
    indexOf,
    *[Symbol.iterator]() {
      for (const chunk of ids) yield* chunk;
    },
  };
  // Array-like without a copy of the ids for every change.
  const order = new Proxy(target, {
    get: (shown, key) =>
      typeof key === 'string' && /^\d+$/.test(key) ? shown.at(Number(key)) : Reflect.get(shown, key),
  }) as object as MessageOrder;
  const view: View = { ids, length, at, order, starts };
  return view;
}
