/** Keeps an element clear of a keyboard on the screen. */

import { hasFocusIn, viewOf } from './realm.ts';

/** The least height of a virtual keyboard, in px: more than the bars of a browser. */
const MIN_KEYBOARD_HEIGHT = 120;

/**
 * Keeps the content of an element clear of the virtual keyboard, where the browser lays the keyboard over the page
 * and moves the page behind it, as Safari on iOS does: by padding at the element's start and end, for as long as the
 * focus is in it. Where the page itself becomes smaller, nothing is left to do. Returns a function that stops.
 */
export function watchKeyboard(element: HTMLElement): () => void {
  const view = viewOf(element);
  const visible = view?.visualViewport;
  if (!view || !visible) return () => {};

  function place(): void {
    if (!view || !visible) return;
    const covered = view.innerHeight - visible.height;
    // The user has zoomed the page and chosen the visible part.
    const isKeyboard = covered >= MIN_KEYBOARD_HEIGHT && visible.scale < 1.05 && hasFocusIn(element);
    const { top, bottom } = element.getBoundingClientRect();
    // Both are positions in the layout viewport.
    const above = isKeyboard ? Math.max(0, visible.offsetTop - top) : 0;
    const below = isKeyboard ? Math.max(0, bottom - visible.offsetTop - visible.height) : 0;
    element.style.paddingBlock = above + below > 0 ? `${Math.round(above)}px ${Math.round(below)}px` : '';
  }

  for (const type of ['resize', 'scroll'] as const) visible.addEventListener(type, place);
  for (const type of ['focusin', 'focusout'] as const) element.addEventListener(type, place);
  return () => {
    for (const type of ['resize', 'scroll'] as const) visible.removeEventListener(type, place);
    for (const type of ['focusin', 'focusout'] as const) element.removeEventListener(type, place);
    element.style.paddingBlock = '';
  };
}
