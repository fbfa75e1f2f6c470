import { type Compare, find, firstOf, itemsFrom, lastOf, put, remove, type SortedList } from './sortedList.ts';

/** An immutable queue as plain data: items sorted by their order, and found by their key. */
export interface KeyedQueue<T> {
  readonly items: SortedList<T>;
  /** The place of each item, by key. */
  readonly places: SortedList<Place>;
}

type Place = readonly [key: string, order: number];

/** The functions on the queues of one kind of items. Updates return a new queue, or the same if nothing changes. */
export interface KeyedQueueType<T> {
  readonly empty: KeyedQueue<T>;
  has(queue: KeyedQueue<T>, key: string): boolean;
  get(queue: KeyedQueue<T>, key: string): T | undefined;
  /** Adds an item, or replaces the one with its key. */
  put(queue: KeyedQueue<T>, item: T): KeyedQueue<T>;
  delete(queue: KeyedQueue<T>, key: string): KeyedQueue<T>;
  first(queue: KeyedQueue<T>): T | undefined;
  last(queue: KeyedQueue<T>): T | undefined;
  /** All items in order. */
  all(queue: KeyedQueue<T>): Iterable<T>;
}

/**
 * @param keyOf the key of an item, of which a queue has one at most.
 * @param orderOf returns the sort order of an item; items of equal order are sorted by their keys.
 */
export function keyedQueueType<T>(keyOf: (item: T) => string, orderOf: (item: T) => number): KeyedQueueType<T> {
  const compare: Compare<T> = (one, other) => orderOf(one) - orderOf(other) || compareKeys(keyOf(one), keyOf(other));
  const placeOf = ({ places }: KeyedQueue<T>, key: string): Place | undefined =>
    find(places, ([other]) => compareKeys(other, key));
  const atPlace =
    ([key, order]: Place) =>
    (item: T): number =>
      orderOf(item) - order || compareKeys(keyOf(item), key);

  function without(queue: KeyedQueue<T>, key: string): KeyedQueue<T> {
    const place = placeOf(queue, key);
    if (place === undefined) return queue;
    return {
      items: remove(queue.items, atPlace(place)),
      places: remove(queue.places, ([other]) => compareKeys(other, key)),
    };
  }

  return {
    empty: { items: [], places: [] },
    has: (queue, key) => placeOf(queue, key) !== undefined,
    get(queue, key) {
      const place = placeOf(queue, key);
      return place && find(queue.items, atPlace(place));
    },
    put(queue, item) {
      const [key, order] = [keyOf(item), orderOf(item)];
      const place = placeOf(queue, key);
      if (place?.[1] === order) return { items: put(queue.items, item, compare), places: queue.places };
      const { items, places } = place === undefined ? queue : without(queue, key);
      return {
        items: put(items, item, compare),
        places: put<Place>(places, [key, order], ([one], [other]) => compareKeys(one, other)),
      };
    },
    delete: without,
    first: ({ items }) => firstOf(items),
    last: ({ items }) => lastOf(items),
    all: ({ items }) => itemsFrom(items),
  };
}

export function compareKeys(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
