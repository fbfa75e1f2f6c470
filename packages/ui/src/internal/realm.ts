/** Window, document and focus of an element, also in shadow roots and other windows. */

// Components may be rendered into a shadow root, or by a portal into the document of another window. The `document` and
// `window` of the page do not apply to them, and their elements are no instances of the page's classes.

/** The window of an element; null for a document without one. */
export function viewOf({ ownerDocument }: Element): (Window & typeof globalThis) | null {
  return ownerDocument.defaultView;
}

/** The element with the focus, as seen where this one is: inside of its shadow root, if it is in one. */
export function activeElementOf(element: Element): HTMLElement | null {
  const root = element.getRootNode() as Partial<DocumentOrShadowRoot>;
  return (root.activeElement ?? null) as HTMLElement | null;
}

/** Whether the focus is on an element or in it. */
export function hasFocusIn(element: Element): boolean {
  const active = activeElementOf(element);
  return active !== null && element.contains(active);
}

/** The target of an event, if it is an element of any window. */
export function asElement(target: EventTarget | null): Element | undefined {
  return target && 'closest' in target ? (target as Element) : undefined;
}
