import { viewOf } from './geometry.ts';

/** Notices that the viewport lost its scroll position without an event, as when a page moves it to another parent. */
export interface PlaceGuard {
  /** Watches this row, which is visible, instead of the one before. */
  readonly watch: (viewport: Element, row: Element | undefined) => void;
  readonly stop: () => void;
}

/** @param listener is called when the row is no longer visible. */
export function createPlaceGuard(listener: () => void): PlaceGuard {
  let observer: IntersectionObserver | undefined;
  let observed: Element | undefined;

  function stop(): void {
    observer?.disconnect();
    [observer, observed] = [undefined, undefined];
  }

  return {
    watch(viewport, row) {
      const realm = viewOf(viewport);
      if (!row || !realm || row === observed) return;
      stop();
      observed = row;
      observer = new realm.IntersectionObserver(
        (entries) => {
          if (!entries.at(-1)?.isIntersecting) listener();
        },
        { root: viewport },
      );
      observer.observe(row);
    },
    stop,
  };
}
