/**
 * An immutable sorted list without duplicates, as plain data: chunks of bounded size, none of them empty. Functional
 * updates share all chunks but one, so that a change costs the same at any usual length.
 */
export type SortedList<T> = readonly (readonly T[])[];

/** Negative: the item precedes the searched one. 0: it is the searched item. Positive: it follows. */
export type Probe<T> = (item: T) => number;

export type Compare<T> = (one: T, other: T) => number;

/** The maximum number of items in a chunk. An update copies one chunk and the list of chunks. */
export const MAX_CHUNK_LENGTH = 256;

/** Returns the item for which the probe is 0. */
export function find<T>(list: SortedList<T>, probe: Probe<T>): T | undefined {
  const chunk = list[chunkAt(list, probe)];
  if (chunk === undefined) return undefined;
  const item = chunk[lowerBound(chunk, probe)];
  return item !== undefined && probe(item) === 0 ? item : undefined;
}

/** Adds an item, or replaces its equal. */
export function put<T>(list: SortedList<T>, item: T, compare: Compare<T>): SortedList<T> {
  return putAll(list, [item], compare);
}

/** Adds sorted items, or replaces their equals. */
export function putAll<T>(list: SortedList<T>, items: readonly T[], compare: Compare<T>): SortedList<T> {
  const next: (readonly T[])[] = [];
  let from = 0;
  for (let start = 0; start < items.length;) {
    const first = items[start] as T;
    const at = Math.max(
      chunkAt(list, (item) => compare(item, first)),
      from,
    );
    // Behind the last chunk, items go into the last one.
    const place = Math.min(at, list.length - 1);
    const chunk = list[place] ?? [];
    const last = chunk.at(-1);
    let end = start + 1;
    const isLast = place >= list.length - 1;
    if (isLast) end = items.length;
    while (end < items.length && compare(items[end] as T, last as T) <= 0) end += 1;
    for (let copied = from; copied < place; copied += 1) next.push(list[copied] as readonly T[]);
    const appends = isLast && (last === undefined || compare(last, first) < 0);
    split(merge(chunk, items, start, end, compare), appends, next);
    from = place + 1;
    start = end;
  }
  if (next.length === 0) return list;
  for (let copied = from; copied < list.length; copied += 1) next.push(list[copied] as readonly T[]);
  return next;
}

/** Removes the item for which the probe is 0. Returns the same list if there is none. */
export function remove<T>(list: SortedList<T>, probe: Probe<T>): SortedList<T> {
  const place = chunkAt(list, probe);
  const chunk = list[place];
  if (chunk === undefined) return list;
  const index = lowerBound(chunk, probe);
  if (index >= chunk.length || probe(chunk[index] as T) !== 0) return list;
  const rest = chunk.toSpliced(index, 1);
  const [before, after] = [list[place - 1], list[place + 1]];
  // A chunk that became small is merged with a neighbour, so that the number of chunks stays in proportion.
  if (after !== undefined && rest.length + after.length <= MAX_CHUNK_LENGTH / 2) {
    return list.toSpliced(place, 2, [...rest, ...after]);
  }
  if (before !== undefined && rest.length + before.length <= MAX_CHUNK_LENGTH / 2) {
    return list.toSpliced(place - 1, 2, [...before, ...rest]);
  }
  return rest.length === 0 ? list.toSpliced(place, 1) : list.with(place, rest);
}

/** The items in order, from the first one that does not precede the searched item. */
export function* itemsFrom<T>(list: SortedList<T>, probe: Probe<T> = () => 0): Generator<T> {
  const place = chunkAt(list, probe);
  for (let chunk = place; chunk < list.length; chunk += 1) {
    const items = list[chunk] as readonly T[];
    for (let index = chunk === place ? lowerBound(items, probe) : 0; index < items.length; index += 1) {
      yield items[index] as T;
    }
  }
}

/** The items that precede the searched one, last first. Without a probe: all items. */
export function* itemsBefore<T>(list: SortedList<T>, probe: Probe<T> = () => -1): Generator<T> {
  const place = Math.min(chunkAt(list, probe), list.length - 1);
  for (let chunk = place; chunk >= 0; chunk -= 1) {
    const items = list[chunk] as readonly T[];
    const end = chunk === place ? lowerBound(items, probe) : items.length;
    for (let index = end - 1; index >= 0; index -= 1) yield items[index] as T;
  }
}

/** The number of items in a list. */
export function lengthOf(list: SortedList<unknown>): number {
  let length = 0;
  for (const chunk of list) length += chunk.length;
  return length;
}

export function firstOf<T>(list: SortedList<T>): T | undefined {
  return list[0]?.[0];
}

export function lastOf<T>(list: SortedList<T>): T | undefined {
  return list.at(-1)?.at(-1);
}

/** The first chunk that does not end before the searched item; the number of chunks if all do. */
export function chunkAt<T>(list: SortedList<T>, probe: Probe<T>): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (probe((list[middle] as readonly T[]).at(-1) as T) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first index whose item does not precede the searched one. */
export function lowerBound<T>(items: readonly T[], probe: Probe<T>): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (probe(items[middle] as T) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A chunk with the items from `start` to `end`, which replace their equals. */
function merge<T>(chunk: readonly T[], items: readonly T[], start: number, end: number, compare: Compare<T>): T[] {
  if (end === start + 1) {
    const item = items[start] as T;
    const place = lowerBound(chunk, (other) => compare(other, item));
    const replaces = place < chunk.length && compare(chunk[place] as T, item) === 0;
    const merged = chunk.slice();
    merged.splice(place, replaces ? 1 : 0, item);
    return merged;
  }
  const merged: T[] = [];
  let place = 0;
  for (let index = start; index < end; index += 1) {
    const item = items[index] as T;
    while (place < chunk.length && compare(chunk[place] as T, item) < 0) merged.push(chunk[place++] as T);
    if (place < chunk.length && compare(chunk[place] as T, item) === 0) place += 1;
    merged.push(item);
  }
  while (place < chunk.length) merged.push(chunk[place++] as T);
  return merged;
}

/** Adds a chunk to those of a list; in parts if it is too long. A list that grows at its end has full chunks. */
function split<T>(chunk: readonly T[], appends: boolean, into: (readonly T[])[]): void {
  if (chunk.length <= MAX_CHUNK_LENGTH) {
    into.push(chunk);
    return;
  }
  const parts = Math.ceil(chunk.length / MAX_CHUNK_LENGTH);
  const length = appends ? MAX_CHUNK_LENGTH : Math.ceil(chunk.length / parts);
  for (let start = 0; start < chunk.length; start += length) into.push(chunk.slice(start, start + length));
}
