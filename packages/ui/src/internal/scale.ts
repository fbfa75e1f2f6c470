/** How transforms and zoom of a page change lengths. */

/** Differences below this come from layout sizes, which are whole px. */
const ROUNDING = 0.01;

/**
 * How many px of the window, as `getBoundingClientRect` returns them, one px of an element's own styles takes:
 * transforms and zoom around it change that. 1 for an element without a box.
 */
export function scaleOf(element: HTMLElement): number {
  const { offsetHeight } = element;
  const scale = offsetHeight > 0 ? element.getBoundingClientRect().height / offsetHeight : 1;
  return scale === 0 || Math.abs(scale - 1) < ROUNDING ? 1 : scale;
}

/** The same for an element of the top layer, which zoom scales and transforms do not. Older browsers do not report zoom. */
export function zoomOf(element: Element & { readonly currentCSSZoom?: number }): number {
  return element.currentCSSZoom ?? 1;
}
