import type { RefObject } from 'react';
import type { VirtualizerHandle } from 'virtua';
import { createEye } from './eye.ts';

/** Closer to the end than this, in px, the reader is at the end and follows what comes. */
const NEAR_END = 80;
/** How many frames a row may take to appear after scrolling to it. */
const FRAMES = 20;
/** For how many frames an element is held in its place: until the rows have found their sizes. */
const HELD = 5;
/** The height of what stands before the first message, in px; the same in the style sheet. */
export const HEAD = 48;
/** A row that begins less than this above what is in view, in px, is in view. */
const SLACK = 8;

/** Where a row comes to stand in what is in view; `nearest`: where it is, if it is wholly in view. */
export type Align = 'start' | 'center' | 'nearest';

/** Moves the list, and knows whether the reader is at its end. The page itself never moves. */
export interface Scroller {
  readonly viewport: RefObject<HTMLDivElement | null>;
  readonly attachVirtualizer: (handle: VirtualizerHandle | null) => void;
  readonly isAtEnd: () => boolean;
  /** Tells of each change of `isAtEnd`. */
  readonly subscribe: (listener: () => void) => () => void;
  /** The reader, or the list itself, has scrolled. */
  readonly scrolled: () => void;
  /** Messages came, went or moved: stays at the end if the reader was there. `inFront`: older ones, and nothing else. */
  readonly settle: (inFront?: boolean) => void;
  /** Something has another size now: stays at the end, or keeps the row that the reader looks at where it was. */
  readonly resized: () => void;
  /** The reader turns to another row, without scrolling. */
  readonly look: () => void;
  readonly toEnd: () => void;
  /** Something in view gets another size because the reader asked for it: this element stays where it is. */
  readonly stay: (element: Element) => void;
  /** Calls back when the first rows have found their sizes. Returns a function that cancels it. */
  readonly whenMeasured: (callback: () => void) => () => void;
  /** How many rows are in the document, up to the newest, while the reader is at the end; elsewhere 0. */
  readonly tail: () => number;
  /** Tells when the list may stand elsewhere. */
  readonly watch: (listener: () => void) => () => void;
  /** Where the row of a message begins; undefined where there is none. */
  readonly placeOf: (id: string) => 'above' | 'in view' | 'below' | undefined;
  readonly toRow: (id: string, align: Align) => void;
  /** Brings a row into view and gives it the focus. Default `nearest`: no farther than it has to. */
  readonly focusRow: (id: string, align?: Align) => void;
}

/** @param indexOf the place of a message in the list, -1 where it has none. */
export function createScroller(indexOf: (id: string) => number): Scroller {
  const viewport: { current: HTMLDivElement | null } = { current: null };
  let virtualizer: VirtualizerHandle | null = null;
  const listeners = new Set<() => void>();
  const watchers = new Set<() => void>();
  let atEnd = true;
  // Where the list was left by itself; anywhere else, the reader has moved.
  let lastTop = 0;
  const eye = createEye();
  // The reader has moved, and what is measured until the frame has been painted may be half done.
  let looking = false;
  let held: object | undefined;

  function setAtEnd(next: boolean): void {
    if (next === atEnd) return;
    atEnd = next;
    for (const listener of listeners) listener();
  }

  /** Takes in where the list is now. `keepsEye`: the reader has not moved, whatever the place says. */
  function takeIn(element: HTMLElement, keepsEye = false): void {
    const { scrollTop, scrollHeight, clientHeight } = element;
    // Growing content takes the end away from a reader who did not move: only a move upwards leaves the end.
    if (scrollHeight - clientHeight - scrollTop <= NEAR_END) setAtEnd(true);
    else if (scrollTop < lastTop) setAtEnd(false);
    if (scrollTop !== lastTop && !keepsEye) {
      eye.close();
      // A frame is painted after its animation callbacks.
      if (!looking) requestAnimationFrame(() => setTimeout(look));
      looking = true;
    }
    lastTop = scrollTop;
    tell();
  }

  function isInView(row: Element): boolean {
    const [frame, box] = [viewport.current?.getBoundingClientRect(), row.getBoundingClientRect()];
    return !!frame && box.bottom > frame.top && box.top < frame.bottom;
  }

  function tell(): void {
    for (const watcher of watchers) watcher();
  }

  function look(): void {
    looking = false;
    if (!held) eye.find(viewport.current);
  }

  function stayAtEnd(element: HTMLElement): void {
    if (atEnd) element.scrollTop = element.scrollHeight;
    lastTop = element.scrollTop;
    tell();
  }

  /** The virtualizer keeps its place over what is out of view; what is half in view would push the rest down. */
  function restore(element: HTMLElement): void {
    const drift = eye.drift(element);
    if (Math.abs(drift) >= 1) element.scrollTop += drift;
    lastTop = element.scrollTop;
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
      if (held) restore(element);
      else takeIn(element);
    },
    settle(inFront) {
      const element = viewport.current;
      if (!element) return;
      // The reader may have left the end just now, before any scroll event.
      if (!held) takeIn(element, inFront);
      stayAtEnd(element);
    },
    resized() {
      const element = viewport.current;
      if (!element) return;
      if (atEnd) scroller.settle();
      else restore(element);
    },
    look,
    toEnd() {
      held = undefined;
      setAtEnd(true);
      if (viewport.current) stayAtEnd(viewport.current);
    },
    stay(element) {
      const list = viewport.current;
      if (!list) return;
      setAtEnd(false);
      const mine = {};
      held = mine;
      eye.fix(element, list);
      const hold = (frames: number): void => {
        if (held !== mine) return;
        restore(list);
        if (frames > 0) return void requestAnimationFrame(() => hold(frames - 1));
        held = undefined;
        takeIn(list, true);
        look();
      };
      hold(HELD);
    },
    whenMeasured(callback) {
      let height = -1;
      let steady = 0;
      let frame = 0;
      const measure = (frames: number): void => {
        const now = viewport.current?.scrollHeight ?? 0;
        steady = now === height ? steady + 1 : 0;
        height = now;
        // Rows that come into view by the sizes of others are measured a frame later.
        if (steady === 3 || frames === 0) callback();
        else frame = requestAnimationFrame(() => measure(frames - 1));
      };
      measure(FRAMES);
      return () => cancelAnimationFrame(frame);
    },
    tail: () => (atEnd ? (viewport.current?.querySelectorAll('[data-message]').length ?? 0) : 0),
    watch(listener) {
      watchers.add(listener);
      return () => watchers.delete(listener);
    },
    placeOf(id) {
      const element = viewport.current;
      const index = indexOf(id);
      if (index < 0 || !element || !virtualizer) return undefined;
      const below = virtualizer.getItemOffset(index) + HEAD - element.scrollTop;
      return below < -SLACK ? 'above' : below > element.clientHeight ? 'below' : 'in view';
    },
    toRow(id, align) {
      const index = indexOf(id);
      if (index < 0) return;
      // If it is near the end, the scrolling says so.
      setAtEnd(false);
      held = undefined;
      eye.close();
      virtualizer?.scrollToIndex(index, { align });
    },
    focusRow(id, align = 'nearest') {
      scroller.toRow(id, align);
      // Where it was in view at the end, the list is still there.
      if (viewport.current) takeIn(viewport.current, true);
      const find = (frames: number): void => {
        const row = viewport.current?.querySelector<HTMLElement>(`[data-message="${CSS.escape(id)}"]`);
        row?.focus({ preventScroll: true });
        const there = row && document.activeElement === row && isInView(row);
        if (there || frames === 0) return;
        // It is not in the document yet, or hidden until it is measured; or a page that came in front took its place.
        if (frames < FRAMES && frames % 4 === 0 && !(row && isInView(row))) scroller.toRow(id, align);
        requestAnimationFrame(() => find(frames - 1));
      };
      find(FRAMES);
    },
  };
  return scroller;
}
