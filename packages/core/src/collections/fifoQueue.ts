/** A mutable queue, first in, first out. `Array.prototype.shift` moves everything that is left in a long array. */
export interface FifoQueue<T> {
  readonly length: number;
  /** The first item, which stays. */
  readonly first: T | undefined;
  push(item: T): void;
  /** Takes the first item out. */
  shift(): T | undefined;
  /** The first items, at most `count`; they stay. */
  peek(count: number): readonly T[];
  some(matches: (item: T) => boolean): boolean;
  /** Removes all items that do not match. */
  keep(matches: (item: T) => boolean): void;
}

/** How many empty places at the front are kept at most, before the array is cut. */
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
