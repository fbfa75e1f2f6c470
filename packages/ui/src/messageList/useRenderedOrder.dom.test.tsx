import type { MessageOrder } from '@imflow/react';
import { renderHook } from '@testing-library/react';
import { useLayoutEffect } from 'react';
import { describe, expect, it } from 'vitest';
import { useRenderedOrder } from './useRenderedOrder.ts';

/** What is committed when the order changes from one to another. */
function commits(before: string, after: string): string[] {
  const committed: string[] = [];
  const { rerender } = renderHook(
    ({ source }) => {
      const { order, shift } = useRenderedOrder(source);
      useLayoutEffect(() => void committed.push(`${Array.from(order).join('')}${shift ? ' shifted' : ''}`));
    },
    { initialProps: { source: Array.from(before) as MessageOrder } },
  );
  rerender({ source: Array.from(after) as MessageOrder });
  return committed.slice(1);
}

describe('the order that is rendered', () => {
  it.each([
    ['older ones in front', 'cd', 'abcd', ['abcd shifted']],
    ['newer ones at the end', 'cd', 'cdef', ['cdef']],
    ['both at once, in two commits', 'cd', 'abcdef', ['abcd shifted', 'abcdef']],
    ['the first ones', '', 'abc', ['abc']],
    ['one in the middle', 'abd', 'abcd', ['abcd']],
    ['one less', 'abc', 'ac', ['ac']],
    ['older ones in front and one less', 'cde', 'abce', ['abce']],
  ])('B127 %s', (_, before, after, expected) => {
    expect(commits(before, after)).toEqual(expected);
  });
});
