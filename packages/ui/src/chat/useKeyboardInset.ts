'use client';

/** The hook that keeps a chat clear of a virtual keyboard. */

import { type RefCallback, useMemo } from 'react';
import { watchKeyboard } from '../internal/keyboardInset.ts';

/**
 * Returns a ref for an element that contains a header, messages and a composer. While a virtual keyboard covers a part of
 * the page, as on iOS, it keeps all of them in view. `Chat` uses it already; it is for your own layouts. The element needs
 * a definite height, such as `100dvh`, and `box-sizing: border-box`.
 */
export function useKeyboardInset(): RefCallback<HTMLElement> {
  return useMemo(() => createKeyboardInset(), []);
}

function createKeyboardInset(): RefCallback<HTMLElement> {
  let stop: (() => void) | undefined;
  return (element) => {
    stop?.();
    stop = element ? watchKeyboard(element) : undefined;
  };
}
