import type { Geometry } from './geometry.ts';

/** The element that stays where the reader sees it, and where that is. */
export interface ScrollAnchor {
  readonly set: (element: Element, geometry: Geometry) => void;
  readonly clear: () => void;
  /** How far the element is below its place, in layout px. Undefined if there is none in the document. */
  readonly drift: (geometry: Geometry) => number | undefined;
}

export function createScrollAnchor(): ScrollAnchor {
  let anchor: { readonly element: Element; readonly top: number } | undefined;
  return {
    set(element, geometry) {
      anchor = { element, top: geometry.topInView(element) };
    },
    clear() {
      anchor = undefined;
    },
    drift(geometry) {
      return anchor?.element.isConnected ? geometry.driftFrom(anchor.top, anchor.element) : undefined;
    },
  };
}
