/** Where the focus goes when the element that has it disappears. */

import type { InstantMessagingFlow } from '@imflow/react';
import type { RefCallback } from 'react';
import { hasFocusIn, viewOf } from './realm.ts';

/** An element that receives the focus when the element that has it is removed. */
type FocusPlace = 'composer' | 'list';

const places: Readonly<Record<FocusPlace, WeakMap<InstantMessagingFlow, Set<HTMLElement>>>> = {
  composer: new WeakMap(),
  list: new WeakMap(),
};

/** Registers an element as the composer or the list of a conversation. Returns a function that unregisters it. */
export function registerFocusPlace(place: FocusPlace, flow: InstantMessagingFlow, element: HTMLElement): () => void {
  const all = places[place].get(flow) ?? new Set();
  places[place].set(flow, all.add(element));
  return () => void all.delete(element);
}

/** Finds the composer or the list of a conversation: in the shadow root of an element, or in its window. */
export function focusPlace(place: FocusPlace, flow: InstantMessagingFlow, near: Element): HTMLElement | undefined {
  const all = [...(places[place].get(flow) ?? [])].filter((each) => each.ownerDocument === near.ownerDocument);
  return all.findLast((each) => each.getRootNode() === near.getRootNode()) ?? all.at(-1);
}

/**
 * Returns the element that receives the focus when the focused one is removed: the composer, or the list without one. For a
 * touch it is the list, since the virtual keyboard would open unexpectedly.
 *
 * @param near the removed element, or one beside it.
 * @param touched Default: whether a finger is the main pointer of the device.
 */
export function restingPlace(
  flow: InstantMessagingFlow,
  near: Element,
  touched: boolean = isTouchDevice(near),
): HTMLElement | undefined {
  const order = touched ? (['list', 'composer'] as const) : (['composer', 'list'] as const);
  return focusPlace(order[0], flow, near) ?? focusPlace(order[1], flow, near);
}

/** Whether a finger is the main pointer. */
export function isTouchDevice(element: Element): boolean {
  return viewOf(element)?.matchMedia?.('(pointer: coarse)').matches === true;
}

/**
 * A ref for an element that may be removed while it has the focus: the focus moves on, and is never lost to the page.
 *
 * @param next returns the element that receives the focus. It is called before the element is removed.
 */
export function createFocusReturn(
  next: (element: HTMLElement) => HTMLElement | null | undefined,
): RefCallback<HTMLElement> {
  let current: HTMLElement | null = null;
  return (element) => {
    const gone = current;
    current = element;
    if (element || !gone || !hasFocusIn(gone)) return;
    const place = next(gone);
    // React removes the element after this. If the whole conversation is removed, so is the receiver of the focus.
    queueMicrotask(() => {
      if (place?.isConnected && isFocusLost(place)) place.focus({ preventScroll: true });
    });
  };
}

/** Whether nothing has the focus in the document of an element. */
function isFocusLost({ ownerDocument }: Element): boolean {
  const { activeElement, body } = ownerDocument;
  return activeElement === null || activeElement === body;
}
