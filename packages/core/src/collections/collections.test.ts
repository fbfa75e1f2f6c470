import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFifoQueue } from './fifoQueue.ts';
import { keyedQueueType } from './keyedQueue.ts';
import {
  find,
  itemsBefore,
  itemsFrom,
  lengthOf,
  MAX_CHUNK_LENGTH,
  put,
  putAll,
  remove,
  type SortedList,
} from './sortedList.ts';

const compare = (one: number, other: number): number => one - other;
const at =
  (number: number) =>
  (other: number): number =>
    other - number;

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** How often a change of a list of this length looks at an item. */
function comparisons(
  count: number,
  change: (list: SortedList<number>, probe: (item: number) => number) => void,
): number {
  const list = putAll([], range(count), compare);
  let visited = 0;
  change(list, (item) => {
    visited += 1;
    return item - count / 2;
  });
  return visited;
}

describe('a sorted list', () => {
  it('B345 a sorted list equals a sorted array without duplicates after any changes, and earlier lists stay unchanged', () => {
    const numbers = fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 600 });
    fc.assert(
      fc.property(fc.array(fc.record({ added: numbers, removed: numbers }), { maxLength: 6 }), (changes) => {
        let list: SortedList<number> = [];
        let model: readonly number[] = [];
        for (const { added, removed } of changes) {
          const [before, wasModel] = [list, model];
          list = putAll(list, [...new Set(added)].toSorted(compare), compare);
          for (const number of removed) list = remove(list, at(number));
          const left = new Set([...model, ...added]);
          for (const number of removed) left.delete(number);
          model = [...left].toSorted(compare);
          expect([...itemsFrom(list)]).toEqual(model);
          expect([...itemsFrom(before)]).toEqual(wasModel);
          expect([...itemsFrom(list, at(1_000))]).toEqual(model.filter((number) => number >= 1_000));
          expect([...itemsBefore(list, at(1_000))]).toEqual(model.filter((number) => number < 1_000).toReversed());
          expect(lengthOf(list)).toBe(model.length);
          expect(find(list, at(1_000))).toBe(left.has(1_000) ? 1_000 : undefined);
          expect(list.every((chunk) => chunk.length > 0 && chunk.length <= MAX_CHUNK_LENGTH)).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('B345 a sorted list finds, adds and removes an item in a few comparisons, and copies one chunk', () => {
    for (const count of [300, 30_000]) {
      expect(comparisons(count, (list, probe) => void find(list, probe))).toBeLessThan(20);
      expect(comparisons(count, (list, probe) => void remove(list, probe))).toBeLessThan(20);
      expect(comparisons(count, (list, probe) => void put(list, count / 2, probe))).toBeLessThan(25);
    }
    const list = putAll([], range(30_000), compare);
    const next = put(list, 15_000.5, compare);
    expect(next.filter((chunk) => !list.includes(chunk)).length).toBeLessThanOrEqual(2);
  });

  it.each([
    ['at its end', (index: number) => index],
    ['at its beginning', (index: number) => -index],
    ['anywhere', (index: number) => (index * 7_919) % 30_011],
  ])('B345 a sorted list that grows %s has few chunks, also after most of it was removed', (_, number) => {
    let list: SortedList<number> = [];
    for (let index = 0; index < 30_000; index += 1) list = put(list, number(index), compare);
    const full = 30_000 / MAX_CHUNK_LENGTH;
    expect(list.length).toBeLessThan(3 * full);
    for (let index = 0; index < 30_000; index += 1) if (index % 100 !== 0) list = remove(list, at(number(index)));
    expect(lengthOf(list)).toBe(300);
    expect(list.length).toBeLessThan(10);
  });
});

describe('a queue with keys', () => {
  it('B345 a keyed queue finds by key, sorts by order, and moves an item whose order changes', () => {
    const type = keyedQueueType<{ readonly id: string; readonly order: number }>(
      ({ id }) => id,
      ({ order }) => order,
    );
    const [a, b, c] = [
      { id: 'a', order: 3 },
      { id: 'b', order: 1 },
      { id: 'c', order: 2 },
    ];
    const queue = [a, b, c].reduce(type.put, type.empty);
    expect([...type.all(queue)]).toEqual([b, c, a]);
    expect([type.get(queue, 'c'), type.has(queue, 'd'), type.first(queue), type.last(queue)]).toEqual([c, false, b, a]);
    const moved = type.put(queue, { id: 'b', order: 9 });
    expect(Array.from(type.all(moved), ({ id }) => id)).toEqual(['c', 'a', 'b']);
    expect(type.delete(moved, 'd')).toBe(moved);
    expect(Array.from(type.all(type.delete(moved, 'a')), ({ id }) => id)).toEqual(['c', 'b']);
    expect([...type.all(queue)]).toEqual([b, c, a]);
  });
});

describe('a queue, first in, first out', () => {
  it('B345 a queue equals an array after any pushes, shifts and removals', () => {
    const queue = createFifoQueue<number>();
    const model: number[] = [];
    for (let index = 0; index < 10_000; index += 1) {
      queue.push(index);
      model.push(index);
      if (index % 3 !== 0 || index > 6_000) expect(queue.shift()).toBe(model.shift());
    }
    queue.keep((number) => number % 2 === 0);
    const kept = model.filter((number) => number % 2 === 0);
    expect([queue.length, queue.first, queue.some((number) => number === kept[5])]).toEqual([
      kept.length,
      kept[0],
      true,
    ]);
    expect(queue.peek(3)).toEqual(kept.slice(0, 3));
    for (const number of kept) expect(queue.shift()).toBe(number);
    expect([queue.shift(), queue.first, queue.length]).toEqual([undefined, undefined, 0]);
  });
});
