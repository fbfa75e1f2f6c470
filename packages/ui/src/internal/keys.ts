/** Helpers for key events. */

/** The fields of a React key event that are needed. */
interface KeyOfReact {
  readonly nativeEvent: { readonly isComposing: boolean; readonly keyCode: number };
}

/**
 * Whether a key belongs to an input method that is still composing. Safari reports the Enter that ends a composition
 * after the composition has ended, and with the key code 229 only (UI Events, 7.3.1); a later Enter has its usual code,
 * 13.
 */
export function isImeKey({ nativeEvent }: KeyOfReact): boolean {
  return nativeEvent.isComposing || nativeEvent.keyCode === 229;
}

/**
 * Listens for Escape on an element, and stops its propagation. React's events are dispatched after those of all ancestors:
 * a dialog of the host that listens for Escape would close as well. Returns a function that stops.
 *
 * @param pressed handles the key; returns false if the key is not for this element.
 */
export function listenForEscape(element: HTMLElement, pressed: (event: KeyboardEvent) => boolean): () => void {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && !isImeKey({ nativeEvent: event }) && pressed(event)) consume(event);
  };
  element.addEventListener('keydown', onKeyDown);
  return () => element.removeEventListener('keydown', onKeyDown);
}

/**
 * Marks an event as handled: prevents the default action, such as closing a dialog around the component, and stops its
 * propagation.
 */
export function consume(event: { preventDefault: () => void; stopPropagation: () => void }): void {
  event.preventDefault();
  event.stopPropagation();
}
