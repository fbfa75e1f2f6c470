/** Roving tab index: several elements are one stop of the Tab key, and arrow keys, Home and End move the focus among them. */

import type { KeyboardEvent } from 'react';

const STEPS: Readonly<Record<string, (index: number, last: number) => number>> = {
  ArrowDown: (index, last) => Math.min(index + 1, last),
  ArrowUp: (index) => Math.max(index - 1, 0),
  ArrowRight: (index, last) => (index === last ? 0 : index + 1),
  ArrowLeft: (index, last) => (index === 0 ? last : index - 1),
  Home: () => 0,
  End: (_index, last) => last,
};

/**
 * Handles the keys of a group of elements. Returns the element that received the focus.
 * @param keys which arrow keys move.
 */
export function moveFocus(
  event: KeyboardEvent<HTMLElement>,
  selector: string,
  keys: 'horizontal' | 'vertical',
): HTMLElement | undefined {
  const isForeign = event.key.startsWith('Arrow') && /Left|Right/.test(event.key) !== (keys === 'horizontal');
  const step = isForeign ? undefined : STEPS[event.key];
  const items = Array.from(event.currentTarget.querySelectorAll<HTMLElement>(selector));
  const index = items.indexOf(event.target as HTMLElement);
  if (step === undefined || index === -1) return undefined;
  event.preventDefault();
  const next = items[step(index, items.length - 1)];
  next?.focus();
  return next;
}
