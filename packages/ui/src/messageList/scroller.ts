import type { RefObject } from 'react';
import type { VirtualizerHandle } from 'virtua';

/** Closer to the end than this, in px, the reader is at the end and follows what comes. */
const NEAR_END = 80;
/** How many frames a row may take to appear after scrolling to it. */
const FRAMES = 20;

/** Moves the list, and knows whether the reader is at its end. The page itself never moves. */
export interface Scroller {
  readonly viewport: RefObject<HTMLDivElement | null>;
  readonly virtualizer: RefObject<VirtualizerHandle | null>;
  isAtEnd(): boolean;
  /** Tells of each change of `isAtEnd`. */
  subscribe(listener: () => void): () => void;
  /** The reader, or the list itself, has scrolled. */
  scrolled(): void;
  /** Something has another size now: stays at the end if the reader was there. */
  settle(): void;
  toEnd(): void;
  /** Whether a row begins below what is in view. */
  isBelow(index: number): boolean;
  toRow(index: number, align: 'start' | 'nearest'): void;
  /** Brings a row into view and gives it the focus. */
  focusRow(index: number, id: string): void;
}

export function createScroller(): Scroller {
  const viewport: { current: HTMLDivElement | null } = { current: null };
  const virtualizer: { current: VirtualizerHandle | null } = { current: null };
  const listeners = new Set<() => void>();
  let atEnd = true;
  let lastTop = 0;

  function setAtEnd(next: boolean): void {
    if (next === atEnd) return;
    atEnd = next;
    for (const listener of listeners) listener();
  }

  const scroller: Scroller = {
    viewport,
    virtualizer,
    isAtEnd: () => atEnd,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    scrolled() {
      const element = viewport.current;
      if (!element) return;
      const { scrollTop, scrollHeight, clientHeight } = element;
      // Growing content takes the end away from a reader who did not move: only a move upwards leaves the end.
      if (scrollHeight - clientHeight - scrollTop <= NEAR_END) setAtEnd(true);
      else if (scrollTop < lastTop) setAtEnd(false);
      lastTop = scrollTop;
    },
    settle() {
      const element = viewport.current;
      if (!element || !atEnd) return;
      element.scrollTop = element.scrollHeight;
      lastTop = element.scrollTop;
    },
    toEnd() {
      setAtEnd(true);
      scroller.settle();
    },
    isBelow(index) {
      const list = virtualizer.current;
      return list !== null && list.getItemOffset(index) > list.scrollOffset + list.viewportSize;
    },
    toRow(index, align) {
      virtualizer.current?.scrollToIndex(index, { align });
    },
    focusRow(index, id) {
      scroller.toRow(index, 'nearest');
      const find = (frames: number): void => {
        const row = viewport.current?.querySelector<HTMLElement>(`[data-message="${CSS.escape(id)}"]`);
        if (row) row.focus({ preventScroll: true });
        else if (frames > 0) requestAnimationFrame(() => find(frames - 1));
      };
      find(FRAMES);
    },
  };
  return scroller;
}
