/** A mutable queue, first in, first out. In a long array, `Array.prototype.shift` moves all other items. */
export interface FifoQueue<T> {
  readonly length: number;
  /** The first item, which stays in the queue. */
  readonly first: T | undefined;
  push(item: T): void;
  /** Removes the first item and returns it. */
  shift(): T | undefined;
  /** The first items, at most `count`; they stay in the queue. */
  peek(count: number): readonly T[];
  some(matches: (item: T) => boolean): boolean;
  /** Removes all items that do not match. */
  keep(matches: (item: T) => boolean): void;
}

/** The maximum number of empty places at the front, before the array is cut. */
const MAX_EMPTY = 1_024;

export function createFifoQueue<T>(): FifoQueue<T> {
  let items: (T | undefined)[] = [];
  let head = 0;
  const rest = (): T[] => (head === 0 ? items : items.slice(head)) as T[];
  return {
    get length() {
      return items.length - head;
    },
    get first() {
      return items[head];
    },
    push(item) {
      items.push(item);
    },
    shift() {
      if (head === items.length) return undefined;
      const item = items[head];
      items[head] = undefined;
      head += 1;
      if (head === items.length) [items, head] = [[], 0];
      else if (head > MAX_EMPTY && head * 2 > items.length) [items, head] = [items.slice(head), 0];
      return item;
    },
    peek: (count) => items.slice(head, head + count) as T[],
    some: (matches) => rest().some(matches),
    keep(matches) {
      [items, head] = [rest().filter(matches), 0];
    },
  };
}
