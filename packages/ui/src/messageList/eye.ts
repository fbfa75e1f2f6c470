/** What the reader looks at in a list that scrolls: a row, and how far it belongs below the start of what is in view. */
export interface Eye {
  /**
   * Finds the row: the one with the focus, else the first that begins in view, else the one that fills it. Without a
   * viewport there is none.
   */
  readonly find: (viewport: Element | null) => void;
  /** Takes an element for it, where it is now. */
  readonly fix: (element: Element, viewport: Element) => void;
  readonly close: () => void;
  /** How far it is below where it belongs, in px. 0 where nothing is looked at. */
  readonly drift: (viewport: Element) => number;
}

export function createEye(): Eye {
  let seen: { readonly element: Element; readonly top: number } | undefined;
  return {
    find(viewport) {
      seen = undefined;
      if (!viewport) return;
      const focused = document.activeElement?.closest('[data-message]');
      for (const element of viewport.querySelectorAll('[data-message]')) {
        const top = topOf(element, viewport);
        if (top >= viewport.clientHeight) break;
        const used = element === focused && top + element.clientHeight > 0;
        if (!seen || seen.top < 0 || used) seen = { element, top };
        if (used) return;
      }
    },
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
