/** What the reader looks at in a list that scrolls: an element, and how far it belongs below the start of what is in view. */
export interface Eye {
  /** Takes an element for it, where it is now. */
  readonly fix: (element: Element, viewport: Element) => void;
  readonly close: () => void;
  /** How far it is below where it belongs, in px. 0 where nothing is looked at. */
  readonly drift: (viewport: Element) => number;
}

export function createEye(): Eye {
  let seen: { readonly element: Element; readonly top: number } | undefined;
  return {
    fix(element, viewport) {
      seen = { element, top: topOf(element, viewport) };
    },
    close() {
      seen = undefined;
    },
    drift: (viewport) => (seen?.element.isConnected ? topOf(seen.element, viewport) - seen.top : 0),
  };
}

function topOf(element: Element, viewport: Element): number {
  return element.getBoundingClientRect().top - viewport.getBoundingClientRect().top;
}
