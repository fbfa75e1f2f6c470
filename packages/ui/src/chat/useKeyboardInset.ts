'use client';

/** The hook that keeps a chat clear of a keyboard on the screen. */

import { type RefCallback, useMemo } from 'react';
import { watchKeyboard } from '../internal/keyboardInset.ts';

/**
 * A ref for an element that holds a header, messages and a composer: while a keyboard on the screen lies over the page,
 * as on iOS, it keeps all of them in view. `Chat` does so already; it is for a layout of your own. The element needs a
 * height of its own, such as `100dvh`, and `box-sizing: border-box`.
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
