import type { RefObject } from 'react';
import type { VirtualizerHandle } from 'virtua';

/** Closer to the end than this, in px, the reader is at the end and follows what comes. */
const NEAR_END = 80;
/** How many frames a row may take to appear after scrolling to it. */
const FRAMES = 20;
/** For how many frames an element is held in its place: until the rows have found their sizes. */
const HELD = 5;

/** Moves the list, and knows whether the reader is at its end. The page itself never moves. */
export interface Scroller {
  readonly viewport: RefObject<HTMLDivElement | null>;
  readonly attachVirtualizer: (handle: VirtualizerHandle | null) => void;
  readonly isAtEnd: () => boolean;
  /** Tells of each change of `isAtEnd`. */
  readonly subscribe: (listener: () => void) => () => void;
  /** The reader, or the list itself, has scrolled. */
  readonly scrolled: () => void;
  /** Something has another size now: stays at the end if the reader was there. */
  readonly settle: () => void;
  readonly toEnd: () => void;
  /** Something in view gets another size because the reader asked for it: this element stays where it is. */
  readonly stay: (element: Element) => void;
  /** Calls back when the first rows have found their sizes. Returns a function that cancels it. */
  readonly whenMeasured: (callback: () => void) => () => void;
  /** Whether a row begins below what is in view. */
  readonly isBelow: (index: number) => boolean;
  readonly toRow: (index: number, align: 'start' | 'nearest') => void;
  /** Brings a row into view and gives it the focus. */
  readonly focusRow: (index: number, id: string) => void;
}

export function createScroller(): Scroller {
  const viewport: { current: HTMLDivElement | null } = { current: null };
  let virtualizer: VirtualizerHandle | null = null;
  const listeners = new Set<() => void>();
  let atEnd = true;
  let lastTop = 0;
  let held: { readonly element: Element; readonly top: number } | undefined;

  function setAtEnd(next: boolean): void {
    if (next === atEnd) return;
    atEnd = next;
    for (const listener of listeners) listener();
  }

  /** The virtualizer moves the list along with a row that begins above what is in view. */
  function restore(): void {
    const element = viewport.current;
    if (!element || !held?.element.isConnected) return;
    element.scrollTop += held.element.getBoundingClientRect().top - held.top;
  }

  const scroller: Scroller = {
    viewport,
    attachVirtualizer(handle) {
      virtualizer = handle;
    },
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
      if (held) restore();
      else if (scrollHeight - clientHeight - scrollTop <= NEAR_END) setAtEnd(true);
      else if (scrollTop < lastTop) setAtEnd(false);
      lastTop = element.scrollTop;
    },
    settle() {
      const element = viewport.current;
      // The reader may have left the end just now, before any scroll event.
      scroller.scrolled();
      if (!element || !atEnd) return;
      element.scrollTop = element.scrollHeight;
      lastTop = element.scrollTop;
    },
    toEnd() {
      held = undefined;
      setAtEnd(true);
      scroller.settle();
    },
    stay(element) {
      setAtEnd(false);
      const mine = { element, top: element.getBoundingClientRect().top };
      held = mine;
      const look = (frames: number): void => {
        if (held !== mine) return;
        restore();
        if (frames > 0) return void requestAnimationFrame(() => look(frames - 1));
        held = undefined;
        scroller.scrolled();
      };
      look(HELD);
    },
    whenMeasured(callback) {
      let height = -1;
      let steady = 0;
      let frame = 0;
      const look = (frames: number): void => {
        const now = viewport.current?.scrollHeight ?? 0;
        steady = now === height ? steady + 1 : 0;
        height = now;
        // Rows that come into view by the sizes of others are measured a frame later.
        if (steady === 3 || frames === 0) callback();
        else frame = requestAnimationFrame(() => look(frames - 1));
      };
      look(FRAMES);
      return () => cancelAnimationFrame(frame);
    },
    isBelow(index) {
      if (!virtualizer) return false;
      return virtualizer.getItemOffset(index) > virtualizer.scrollOffset + virtualizer.viewportSize;
    },
    toRow(index, align) {
      // If it is near the end, the scrolling says so.
      setAtEnd(false);
      virtualizer?.scrollToIndex(index, { align });
    },
    focusRow(index, id) {
      scroller.toRow(index, 'nearest');
      const find = (frames: number): void => {
        const row = viewport.current?.querySelector<HTMLElement>(`[data-message="${CSS.escape(id)}"]`);
        row?.focus({ preventScroll: true });
        // It is not in the document yet, or hidden until it is measured.
        if (frames > 0 && (!row || document.activeElement !== row)) requestAnimationFrame(() => find(frames - 1));
      };
      find(FRAMES);
    },
  };
  return scroller;
}
