import type { Geometry } from './geometry.ts';

/** The element that stays where the reader sees it, and where that is. */
export interface ScrollAnchor {
  /** @param shift how far the element is below its place already, in layout px. Default 0. */
  readonly set: (element: Element, geometry: Geometry, shift?: number) => void;
  readonly clear: () => void;
  /** How far the element is below its place in the view, in layout px. Undefined if there is none in the document. */
  readonly drift: (geometry: Geometry) => number | undefined;
  /** How far other content has moved the element since it was set, however the list was scrolled. */
  readonly shift: (geometry: Geometry) => number;
}

export function createScrollAnchor(): ScrollAnchor {
  let anchor: { readonly element: Element; readonly top: number; readonly scrollTop: number } | undefined;

  function drift(geometry: Geometry): number | undefined {
    return anchor?.element.isConnected ? geometry.driftFrom(anchor.top, anchor.element) : undefined;
  }

  return {
    set(element, geometry, shift = 0) {
      anchor = { element, top: geometry.topInView(element) - shift, scrollTop: geometry.metrics().scrollTop };
    },
    clear() {
      anchor = undefined;
    },
    drift,
    shift(geometry) {
      const moved = drift(geometry);
      if (!anchor || moved === undefined) return 0;
      return moved + geometry.metrics().scrollTop - anchor.scrollTop;
    },
  };
}
