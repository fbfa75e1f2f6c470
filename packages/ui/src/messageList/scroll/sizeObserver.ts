import { viewOf } from './geometry.ts';

/** Observes the sizes of rows, and of the viewport. */
export interface SizeObserver {
  /** Observes this viewport from now on, and no rows yet. */
  readonly attach: (viewport: Element | null) => void;
  /** Observes exactly these rows from now on. Returns those that were not observed before. */
  readonly observe: (rows: ReadonlyMap<Element, string>) => readonly Element[];
  /** The message of an observed row. */
  readonly idOf: (row: Element) => string | undefined;
}

/** The new sizes of rows, in layout px; `viewport`: whether its size changed, too. */
export type SizeListener = (rows: readonly (readonly [id: string, size: number])[], viewport: boolean) => void;

/** @param listener is called before the frame is painted. */
export function createSizeObserver(listener: SizeListener): SizeObserver {
  let viewport: Element | null = null;
  let observed: ReadonlyMap<Element, string> = new Map();
  let fresh: Element[] = [];
  let observer: ResizeObserver | undefined;
  let view: Window | null = null;
  let frame: number | undefined;

  function onResize(entries: readonly ResizeObserverEntry[]): void {
    const sizes: [string, number][] = [];
    let isViewportResized = false;
    for (const { target, borderBoxSize, contentRect } of entries) {
      const id = observed.get(target);
      if (id !== undefined) sizes.push([id, borderBoxSize?.[0]?.blockSize ?? contentRect.height]);
      isViewportResized ||= target === viewport;
    }
    if (sizes.length > 0 || isViewportResized) listener(sizes, isViewportResized);
  }

  function observeFresh(): void {
    frame = undefined;
    for (const row of fresh) if (observed.has(row)) observer?.observe(row);
    fresh = [];
  }

  return {
    attach(next) {
      observer?.disconnect();
      if (frame !== undefined) view?.cancelAnimationFrame(frame);
      [viewport, observed, fresh, observer, frame, view] = [next, new Map(), [], undefined, undefined, null];
      if (!next) return;
      // A frame of the window that shows the list: a hidden window has no frames.
      const realm = viewOf(next);
      view = realm;
      observer = realm ? new realm.ResizeObserver(onResize) : undefined;
      observer?.observe(next);
    },
    observe(rows) {
      const added: Element[] = [];
      for (const row of observed.keys()) if (!rows.has(row)) observer?.unobserve(row);
      for (const row of rows.keys()) if (!observed.has(row)) added.push(row);
      observed = rows;
      fresh.push(...added);
      // Deferred: within a resize callback, a row of the same depth would be reported too late, with an error.
      if (fresh.length > 0) frame ??= view?.requestAnimationFrame(observeFresh);
      return added;
    },
    idOf: (row) => observed.get(row),
  };
}
