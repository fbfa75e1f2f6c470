/** Measures the list in layout px, whatever transforms apply. */

import type { Metrics } from './state.types.ts';

/** Transformed lengths differ from layout lengths by more than this, in px; both are rounded differently. */
const ROUNDING = 1;

/**
 * Lengths in the list, all in one unit: layout px, in which `scrollTop`, `clientHeight` and styles are given, too.
 * `getBoundingClientRect` returns them after transforms and zoom (`scale(0.9)`, rotated kiosks, mirrored lists).
 */
export interface Geometry {
  readonly metrics: () => Metrics;
  /** Where the first row begins, below the start of the scrollable content. */
  readonly origin: () => number;
  /** The block size of a row. */
  readonly sizeOf: (row: Element) => number;
  /** Where an element begins, below the start of the view. */
  readonly topInView: (element: Element) => number;
  /** How far an element is below a former `topInView`. */
  readonly driftFrom: (top: number, element: Element) => number;
}

/**
 * Measures a list: by its painted boxes where they are the layout boxes, which is exact and fast; else by what layout
 * says, which rounds positions to whole px.
 *
 * @param viewport the element that scrolls.
 * @param list the element that contains the rows and is their offset parent.
 */
export function measureList(viewport: HTMLElement, list: HTMLElement): Geometry {
  return isPaintedAsLaidOut(viewport, list) ? byPaintedBoxes(viewport, list) : byLayout(viewport, list);
}

function isPaintedAsLaidOut(viewport: HTMLElement, list: HTMLElement): boolean {
  const box = list.getBoundingClientRect();
  return (
    isClose(box.height, list.offsetHeight) &&
    isClose(box.width, list.offsetWidth) &&
    isClose(topByPaint(viewport, list), topByLayout(viewport, list))
  );
}

function isClose(one: number, other: number): boolean {
  return Math.abs(one - other) <= ROUNDING;
}

function byPaintedBoxes(viewport: HTMLElement, list: HTMLElement): Geometry {
  return {
    metrics: () => metricsOf(viewport),
    origin: () => topByPaint(viewport, list) + viewport.scrollTop,
    sizeOf: (row) => row.getBoundingClientRect().height,
    topInView: (element) => topByPaint(viewport, element),
    driftFrom: (top, element) => topByPaint(viewport, element) - top,
  };
}

function byLayout(viewport: HTMLElement, list: HTMLElement): Geometry {
  return {
    metrics: () => metricsOf(viewport),
    origin: () => topByLayout(viewport, list) + viewport.scrollTop,
    sizeOf: (row) => parseFloat(viewOf(row)?.getComputedStyle(row).height ?? '') || (row as HTMLElement).offsetHeight,
    topInView: (element) => topByLayout(viewport, element),
    driftFrom(top, element) {
      const drift = topByLayout(viewport, element) - top;
      return Math.abs(drift) <= ROUNDING ? 0 : drift;
    },
  };
}

export function metricsOf({ scrollTop, scrollHeight, clientHeight, clientWidth }: HTMLElement): Metrics {
  // A list of no width has no box either: each letter would be a line.
  return { scrollTop, scrollHeight, clientHeight: clientWidth === 0 ? 0 : clientHeight };
}

/** The window that an element is shown in, which need not be the one that the script runs in. */
export function viewOf({ ownerDocument }: Element): (Window & typeof globalThis) | null {
  return ownerDocument.defaultView;
}

function topByPaint(viewport: Element, element: Element): number {
  return element.getBoundingClientRect().top - viewport.getBoundingClientRect().top;
}

function topByLayout(viewport: HTMLElement, element: Element): number {
  const inViewport = offsetWithin(element, viewport);
  // If the viewport is no offset parent, both have the same offset parents above it.
  const top = inViewport.isComplete ? inViewport.top : inViewport.top - offsetWithin(viewport).top;
  return top - viewport.scrollTop;
}

function offsetWithin(element: Element, ancestor?: Element): { readonly top: number; readonly isComplete: boolean } {
  let top = 0;
  let next: Element | null = element;
  // Only HTML elements have offsets; SVG, for instance, has none.
  while (next !== ancestor && next && 'offsetTop' in next) {
    const { offsetTop, offsetParent } = next as HTMLElement;
    top += offsetTop;
    next = offsetParent;
  }
  return { top, isComplete: next === ancestor };
}
