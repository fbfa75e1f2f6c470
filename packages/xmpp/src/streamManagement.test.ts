import { describe, expect, it, vi } from 'vitest';
import { createStreamManagement } from './streamManagement.ts';

describe('the counters of XEP-0198', () => {
  it('only stored stanzas count as handled, in order', () => {
    const counting = createStreamManagement();
    const [one, two] = [counting.received()!, counting.received()!];
    expect(counting.handle(two)).toBe(false);
    expect(counting.handled).toBe(0);
    expect(counting.handle(one)).toBe(true);
    expect(counting.handled).toBe(2);
  });

  it('after a resumption, redelivered stanzas that were stored are dropped, and the others are received', () => {
    const counting = createStreamManagement();
    const [one, two] = [counting.received()!, counting.received()!];
    counting.handle(two);
    expect(counting.resuming()).toBe(0);
    counting.handle(one); // Stored between the request and the answer: the server repeats the stanza nevertheless.
    counting.resumed(0);
    expect(counting.received()).toBeUndefined();
    expect(counting.received()).toBeUndefined();
    expect(counting.handled).toBe(2);
    expect(counting.received()).toEqual({ handled: false });
  });

  it('the count of the server settles exactly the stanzas that it covers', () => {
    const counting = createStreamManagement();
    const settle = [vi.fn(), vi.fn(), vi.fn()];
    settle.forEach((each, index) => counting.sent(String(index), each));
    counting.acknowledged(1);
    counting.broken();
    expect(settle.map((each) => each.mock.calls)).toEqual([[[true]], [[false, true]], [[false, false]]]);
    counting.resuming();
    expect(counting.resumed(2)).toEqual(['1']);
    expect(counting.sent('3', vi.fn())).toBe(3);
  });

  it('a count that is too high settles the sent stanzas and no more', () => {
    const counting = createStreamManagement();
    const settle = vi.fn();
    counting.sent('1', settle);
    counting.acknowledged(99);
    expect(settle).toHaveBeenCalledExactlyOnceWith(true);
  });

  it.each([0, 1, 4_294_967_295])('a count that runs backwards settles nothing, live or after a resumption: %i', (h) => {
    const counting = createStreamManagement();
    const settle = Array.from({ length: 5 }, () => vi.fn());
    settle.forEach((each, index) => counting.sent(String(index), each));
    counting.acknowledged(2);
    counting.acknowledged(h);
    expect(settle.map((each) => each.mock.calls.length)).toEqual([1, 1, 0, 0, 0]);
    counting.broken();
    counting.resuming();
    expect(counting.resumed(h)).toEqual([]);
  });

  it('a count continues after its overflow', () => {
    const counting = createStreamManagement(0);
    counting.resumed(4_294_967_294);
    const settle = Array.from({ length: 4 }, () => vi.fn());
    settle.forEach((each, index) => counting.sent(String(index), each));
    counting.acknowledged(1);
    expect(settle.map((each) => each.mock.calls.length)).toEqual([1, 1, 1, 0]);
  });

  it('stanzas that the engine never acknowledges do not accumulate', () => {
    const counting = createStreamManagement();
    for (let index = 0; index < 1_500; index += 1) counting.received();
    expect(counting.handled).toBe(500);
  });
});
