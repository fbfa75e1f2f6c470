import { describe, expect, it } from 'vitest';
import { createOrderIndex } from './orderIndex.ts';

function indexOf(orders: Record<string, number>) {
  const index = createOrderIndex((id) => orders[id] ?? Number.NaN);
  index.add(Object.keys(orders));
  return index;
}

describe('the order index', () => {
  it('B117 the index keeps ids sorted, whatever order they are added in', () => {
    const index = indexOf({ c: 3, a: 1, b: 2, z: -1, 'a half': 1.5 });
    expect(Array.from(index.view)).toEqual(['z', 'a', 'a half', 'b', 'c']);
    index.remove(['a', 'c']);
    expect(Array.from(index.view)).toEqual(['z', 'a half', 'b']);
  });

  it('B114 the index gives a view like an array, whose identity changes only with a change', () => {
    const index = indexOf({ a: 1, b: 2, c: 3 });
    const { view } = index;
    expect(index.view).toBe(view);
    expect([view.length, view[0], view[2], view[3], view.at(-1), view.at(0), view.at(3), view.at(-4)]).toEqual([
      3,
      'a',
      'c',
      undefined,
      'c',
      'a',
      undefined,
      undefined,
    ]);
    expect([view.indexOf('b'), view.indexOf('nobody')]).toEqual([1, -1]);
    expect([...view]).toEqual(['a', 'b', 'c']);
    index.remove(['b']);
    expect(index.view).not.toBe(view);
  });

  it('B114 the index never changes an existing view, not even by appending', () => {
    const orders: Record<string, number> = { a: 1, b: 2 };
    const index = indexOf(orders);
    const first = index.view;
    orders['c'] = 3;
    index.add(['c']);
    const second = index.view;
    orders['d'] = 0;
    index.remove(['a']);
    index.add(['d']);
    expect([Array.from(first), Array.from(second), Array.from(index.view)]).toEqual([
      ['a', 'b'],
      ['a', 'b', 'c'],
      ['d', 'b', 'c'],
    ]);
    expect([first.length, first[2], first.at(-1), first.indexOf('c'), second.indexOf('c')]).toEqual([
      2,
      undefined,
      'b',
      -1,
      2,
    ]);
  });

  it('B117 the index finds an id in an old view though its order has changed since', () => {
    const orders: Record<string, number> = { a: 1, b: 2, c: 3 };
    const index = indexOf(orders);
    const old = index.view;
    index.remove(['a']);
    orders['a'] = 9;
    index.add(['a']);
    expect([old.indexOf('a'), index.view.indexOf('a')]).toEqual([0, 2]);
  });

  it('B117 the index knows whether the order of an id still fits its neighbours', () => {
    const orders: Record<string, number> = { a: 1, b: 2, c: 3 };
    const index = indexOf(orders);
    const agrees = (id: string, order: number): boolean => {
      return index.isSortedAt(index.view.indexOf(id), (other) => (other === id ? order : (orders[other] ?? 0)));
    };
    expect([agrees('b', 2.5), agrees('b', 3.5), agrees('b', 0), agrees('a', -5), agrees('c', 100)]).toEqual([
      true,
      false,
      false,
      true,
      true,
    ]);
  });
});
