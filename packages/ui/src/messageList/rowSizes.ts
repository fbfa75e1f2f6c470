/** Watches how high rows are, and the size of what they are seen in. */
export interface RowSizes {
  /** What the rows are seen in, or nothing any more. */
  readonly attach: (viewport: Element | null) => void;
  /** Measures the rows that were not there before, and watches all of these from now on. */
  readonly watch: (rows: ReadonlyMap<Element, string>) => void;
}

/**
 * @param take is given the height of the row of a message, in px; returns whether it is another one.
 * @param changed is called when any size is another one, but for rows that were not there before.
 */
export function createRowSizes(take: (id: string, height: number) => boolean, changed: () => void): RowSizes {
  let watched: ReadonlyMap<Element, string> = new Map();
  // Measured, and not observed yet.
  let fresh: Element[] = [];
  let observer: ResizeObserver | undefined;
  let frame: number | undefined;

  function hear(entries: readonly ResizeObserverEntry[]): void {
    let any = false;
    for (const { target, contentRect } of entries) {
      const id = watched.get(target);
      any = id === undefined || take(id, contentRect.height) || any;
    }
    if (any) changed();
  }

  function observe(): void {
    frame = undefined;
    for (const row of fresh) if (watched.has(row)) observer?.observe(row);
    fresh = [];
  }

  return {
    attach(viewport) {
      observer?.disconnect();
      if (frame !== undefined) cancelAnimationFrame(frame);
      [watched, fresh, observer, frame] = [new Map(), [], undefined, undefined];
      if (!viewport) return;
      observer = new ResizeObserver(hear);
      observer.observe(viewport);
    },
    watch(rows) {
      for (const row of watched.keys()) if (!rows.has(row)) observer?.unobserve(row);
      for (const [row, id] of rows) {
        if (watched.has(row)) continue;
        take(id, row.getBoundingClientRect().height);
        fresh.push(row);
      }
      watched = rows;
      // Not now: while sizes are told, that of a new row could not be told in time.
      if (fresh.length > 0) frame ??= requestAnimationFrame(observe);
    },
  };
}
