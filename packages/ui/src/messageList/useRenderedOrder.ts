'use client';

import type { MessageOrder } from '@imflow/react';
import { useState } from 'react';
import { useIsomorphicLayoutEffect } from '../internal/useIsomorphicLayoutEffect.ts';

interface Rendered {
  /** What the flow has. */
  readonly source: MessageOrder;
  /** What is rendered of it: all, or for one commit without the newest. */
  readonly order: ArrayLike<string>;
  /** Older messages came in front, and nothing else: the place in the list counts from its end. */
  readonly shift: boolean;
}

/**
 * The order to render. When older messages come in front and newer ones at the end at the same time, it takes two
 * commits, since a windowed list can keep its place over only one of these changes at once.
 */
export function useRenderedOrder(source: MessageOrder): Rendered {
  const [rendered, setRendered] = useState<Rendered>({ source, order: source, shift: false });
  let now = rendered;
  if (rendered.source !== source) {
    now = follow(rendered.order, source);
    setRendered(now);
  }
  useIsomorphicLayoutEffect(() => {
    if (now.order !== now.source) setRendered({ source, order: source, shift: false });
  });
  return now;
}

function follow(before: ArrayLike<string>, source: MessageOrder): Rendered {
  const first = before[0];
  const last = before[before.length - 1];
  const inFront = first === undefined ? 0 : source.indexOf(first);
  const length = inFront + before.length;
  if (inFront <= 0 || last === undefined || source[length - 1] !== last) return { source, order: source, shift: false };
  const order = length === source.length ? source : Array.from({ length }, (_, index) => source[index] as string);
  return { source, order, shift: true };
}
