import type { InstantMessagingFlow, MessageOrder } from '@imflow/react';
import { createEye } from './eye.ts';
import { createGatheredOrder } from './gatheredOrder.ts';
import { loadOlderIfNear } from './olderPages.ts';
import { createRowHeights } from './rowHeights.ts';
import { isJump, type Pace, type RowRange, rowRange, type View } from './rowRange.ts';
import { firstUnread } from './unread.ts';

/** Closer to the end than this, in px, the reader is at the end and follows what comes. */
const NEAR_END = 80;
/** A row that begins less than this above what is in view, in px, is in view. */
const SLACK = 8;
/** A reader who scrolls by less than this at once, in px, goes on from row to row. */
const SHORT = 200;
/** Without scrolling for so long, in ms, the list rests. */
const REST = 120;
/** How high what is in view is thought to be while that cannot be seen, in px. */
const UNSEEN = 700;

/** Where a row comes to stand in what is in view; `nearest`: where it is, if it is wholly in view. */
export type Align = 'start' | 'center' | 'nearest';

/** The rows that are to be in the document. */
export interface Rows extends RowRange {
  readonly order: MessageOrder;
  /** A row outside of these that stays, since it has the focus: its place, and where it begins, in px. */
  readonly kept: { readonly index: number; readonly top: number } | undefined;
}

/**
 * Moves the list, says which of its rows are rendered, and knows whether the reader is at its end. The page itself
 * never moves.
 */
export interface Scroller {
  readonly viewport: () => HTMLElement | null;
  /** A ref of the element that scrolls. */
  readonly attachViewport: (element: HTMLElement | null) => void;
  /** A ref of the element that holds the rows and nothing else. */
  readonly attachRows: (element: HTMLElement | null) => void;
  readonly rows: {
    readonly get: () => Rows;
    readonly subscribe: (listener: () => void) => () => void;
  };
  /** The rows have been rendered, and are not painted yet. */
  readonly rendered: () => void;
  readonly isAtEnd: () => boolean;
  /** Tells of each change of `isAtEnd`. */
  readonly subscribe: (listener: () => void) => () => void;
  /** The reader, or the list itself, has scrolled. */
  readonly scrolled: () => void;
  /** The row with the focus stays in the document, and in its place. */
  readonly focusIn: (id: string | undefined) => void;
  readonly toEnd: () => void;
  /** Something in view gets another size because the reader asked for it: this element stays where it is. */
  readonly stay: (element: Element) => void;
  /** Tells when the list may stand elsewhere. */
  readonly watch: (listener: () => void) => () => void;
  /** Where the row of a message begins; undefined where there is none. */
  readonly placeOf: (id: string) => 'above' | 'in view' | 'below' | undefined;
  readonly toRow: (id: string, align: Align) => void;
  /** Brings a row into view and gives it the focus. Default `nearest`: no farther than it has to. */
  readonly focusRow: (id: string, align?: Align) => void;
}

export function createScroller(flow: InstantMessagingFlow): Scroller {
  const source = createGatheredOrder(flow);
  const heights = createRowHeights();
  const eye = createEye();
  const endListeners = new Set<() => void>();
  const rowListeners = new Set<() => void>();
  const watchers = new Set<() => void>();
  // The messages whose rows have been measured, by their elements.
  const measured = new Map<Element, string>();
  let unobserved: Element[] = [];
  let viewport: HTMLElement | null = null;
  let list: HTMLElement | null = null;
  let observer: ResizeObserver | undefined;
  let rows: Rows = { order: [], from: 0, to: 0, kept: undefined };
  let stop: (() => void) | undefined;
  let atEnd = true;
  // Where the list was left by itself; anywhere else, the reader has moved.
  let lastTop = 0;
  // How far the first row is below the start of all that scrolls, and how much of that is in view.
  let origin = 0;
  let height = UNSEEN;
  let scrolling = false;
  let pace: Pace = 'rests';
  // While the reader scrolls, rows above that turn out higher or lower are made up for by the space before them, since
  // to set the place would end the scrolling in some browsers.
  let lent = 0;
  let focused: string | undefined;
  // Where the list is on its way to; whether the row is to have the focus.
  let target: { readonly id: string; readonly align: Align; readonly focus: boolean } | undefined;
  // The row that what is in view begins with, and how far above that it begins.
  let anchor: { readonly id: string; readonly above: number } | undefined;
  // The eye rests on what the reader asked for, until the list rests.
  let held = false;
  let resting: ReturnType<typeof setTimeout> | undefined;
  let frame: number | undefined;

  function setAtEnd(next: boolean): void {
    if (next === atEnd) return;
    atEnd = next;
    for (const listener of endListeners) listener();
  }

  function moves(): void {
    if (pace === 'rests') pace = 'moves';
    clearTimeout(resting);
    resting = setTimeout(rest, REST);
  }

  function rest(): void {
    pace = 'rests';
    [held, scrolling] = [false, false];
    if (!viewport) return;
    giveBack();
    takeIn(viewport, true);
    look();
    renew();
  }

  /** What is in view, below the first row, by what is known of the rows. */
  function view(): View {
    const { order } = rows;
    const last = heights.offset(order.length) - height;
    if (target) return { top: Math.min(topFor(target.id, target.align), Math.max(0, last)), height };
    if (atEnd) return { top: last, height };
    const index = anchor ? order.indexOf(anchor.id) : -1;
    return { top: anchor && index >= 0 ? heights.offset(index) + anchor.above : lastTop - origin - lent, height };
  }

  /** Where what is in view has to begin, below the first row. */
  function topFor(id: string, align: Align): number {
    const index = rows.order.indexOf(id);
    const [start, end] = [heights.offset(index), heights.offset(index + 1)];
    const now = lastTop - origin - lent;
    if (align === 'start') return start;
    if (align === 'center') return (start + end - height) / 2;
    return start < now ? start : Math.max(now, Math.min(start, end - height));
  }

  /** Other rows come into the document, if they have to. Returns whether they do. */
  function renew(): boolean {
    const now = view();
    const { order } = rows;
    if (pace !== 'rests' && isJump(heights, order.length, now, rows)) pace = 'jumps';
    const { from, to } = rowRange(heights, order.length, now, rows, pace);
    const place = focused === undefined ? -1 : order.indexOf(focused);
    const isOutside = place >= 0 && (place < from || place >= to);
    if (from === rows.from && to === rows.to && isOutside === (rows.kept !== undefined)) return false;
    rows = { order, from, to, kept: isOutside ? { index: place, top: heights.offset(place) } : undefined };
    for (const listener of rowListeners) listener();
    return true;
  }

  /** Takes over the order of messages. */
  function follow(): void {
    const order = source.get();
    const { order: before, from, to } = rows;
    if (order === before) return;
    if (viewport) {
      moves();
      // The reader may have moved just now, before any scroll event.
      if (!held && !target) takeIn(viewport);
    }
    // In a row that stands first, a message may lose what stood above it: what counts is where the message is.
    look();
    const last = order.at(-1);
    const sent = last !== undefined && last !== before.at(-1) && flow.messages.get(last)?.direction === 'outgoing';
    const shift = heights.follow(order);
    const [first, end] = shift === undefined ? [0, 0] : [from + shift, to + shift];
    rows = { order, from: first, to: end, kept: undefined };
    if (before.length === 0) {
      // Whoever comes back reads on from where they stopped; what they have not seen does not count as read.
      const unread = firstUnread(flow);
      if (unread !== undefined) aim(unread, 'start', false);
    } else if (sent) {
      toTheEnd();
    }
    if (before.length === 0) pace = 'jumps';
    if (!renew()) for (const listener of rowListeners) listener();
  }

  function toTheEnd(): void {
    held = false;
    target = undefined;
    setAtEnd(true);
  }

  function aim(id: string, align: Align, focus: boolean): void {
    // If it is near the end, its place says so once the list is there.
    setAtEnd(false);
    held = false;
    eye.close();
    target = { id, align, focus };
  }

  /** Takes in where the list is now. `keepsEye`: the reader has not moved, whatever the place says. */
  function takeIn(element: HTMLElement, keepsEye = false): void {
    const { scrollTop, scrollHeight, clientHeight } = element;
    // Growing content takes the end away from a reader who did not move: only a move upwards leaves the end.
    if (scrollHeight - clientHeight - scrollTop <= NEAR_END) setAtEnd(true);
    else if (scrollTop < lastTop) setAtEnd(false);
    if (scrollTop === lastTop) return;
    lastTop = scrollTop;
    if (!keepsEye) {
      eye.close();
      anchor = undefined;
    }
  }

  function tell(): void {
    for (const watcher of watchers) watcher();
  }

  /** Room for the rows that are not in the document. */
  function pad(): void {
    if (!list) return;
    const { order, from, to } = rows;
    if (from === 0) giveBack();
    list.style.paddingBlock = `${heights.offset(from) + lent}px ${heights.offset(order.length) - heights.offset(to)}px`;
  }

  /** The space before the rows gets its right size. What is in view stays. */
  function giveBack(): void {
    if (lent === 0 || !viewport) return;
    const top = viewport.scrollTop - lent;
    lent = 0;
    pad();
    viewport.scrollTop = top;
    lastTop = viewport.scrollTop;
  }

  function rowAt(index: number): Element | undefined {
    const { from, to, kept } = rows;
    const isBefore = kept !== undefined && kept.index < from;
    if (index === kept?.index) return list?.children[isBefore ? 0 : to - from];
    if (index < from || index >= to) return undefined;
    return list?.children[index - from + (isBefore ? 1 : 0)];
  }

  /** Finds what the reader looks at: the row with the focus, else the first that begins in view, else what fills it. */
  function look(): void {
    if (!viewport || !list || held || target || atEnd) return;
    const { order } = rows;
    const top = lastTop - origin - lent;
    const first = heights.at(top);
    anchor = order.length > 0 ? { id: order.at(first) ?? '', above: top - heights.offset(first) } : undefined;
    const bottom = top + height;
    const inFocus = focused === undefined ? -1 : order.indexOf(focused);
    const isSeen = inFocus >= 0 && heights.offset(inFocus) < bottom && heights.offset(inFocus + 1) > top;
    const next = heights.offset(first) < top && heights.offset(first + 1) < bottom ? first + 1 : first;
    const row = rowAt(isSeen ? inFocus : Math.min(next, order.length - 1));
    if (row) eye.fix(row.querySelector('[data-message]') ?? row, viewport);
    else eye.close();
  }

  /** What is in view stays there; at the end, that is the end. */
  function settle(): void {
    if (!viewport) return;
    if (target) {
      viewport.scrollTop = topFor(target.id, target.align) + origin + lent;
    } else if (atEnd) {
      viewport.scrollTop = viewport.scrollHeight;
    } else {
      const now = lastTop - origin - lent;
      const drift = eye.drift(viewport) ?? view().top - now;
      if (Math.abs(drift) < 0.5) return;
      // The space before the rows gives way, as long as there is some.
      if (scrolling && rows.from > 0 && heights.offset(rows.from) + lent >= drift) {
        lent -= drift;
        pad();
      } else {
        viewport.scrollTop += drift;
      }
    }
    lastTop = viewport.scrollTop;
  }

  /** Takes in how high the rows are that were not in the document before. */
  function measure(): void {
    const { order, from, to, kept } = rows;
    const gone = new Set(measured.keys());
    for (let index = from - 1; index < to; index += 1) {
      const place = index < from ? kept?.index : index;
      const row = place === undefined ? undefined : rowAt(place);
      if (!row || place === undefined || gone.delete(row)) continue;
      measured.set(row, order.at(place) ?? '');
      unobserved.push(row);
      heights.set(place, row.getBoundingClientRect().height);
    }
    for (const row of gone) {
      measured.delete(row);
      observer?.unobserve(row);
    }
    if (heights.learn()) pad();
    // Not now: while sizes are told of, that of a new row could not be told in time.
    if (unobserved.length > 0) frame ??= requestAnimationFrame(observe);
  }

  function observe(): void {
    frame = undefined;
    for (const row of unobserved) if (measured.has(row)) observer?.observe(row);
    unobserved = [];
  }

  function resized(entries: readonly ResizeObserverEntry[]): void {
    let changed = false;
    for (const { target: element, contentRect } of entries) {
      const id = measured.get(element);
      changed = id === undefined || heights.set(rows.order.indexOf(id), contentRect.height) || changed;
    }
    if (changed) place();
  }

  /** Puts the list where it belongs, and has it render what is in view there. */
  function place(): void {
    if (!viewport || !list) return;
    height = viewport.clientHeight || UNSEEN;
    origin = list.getBoundingClientRect().top - viewport.getBoundingClientRect().top + viewport.scrollTop;
    settle();
    if (renew()) return;
    if (target) {
      const { id, focus } = target;
      target = undefined;
      takeIn(viewport, true);
      if (focus)
        rowAt(rows.order.indexOf(id))?.querySelector<HTMLElement>('[data-message]')?.focus({ preventScroll: true });
    }
    look();
    tell();
    loadOlderIfNear(flow, viewport);
  }

  const scroller: Scroller = {
    viewport: () => viewport,
    attachViewport(element) {
      viewport = element;
      observer?.disconnect();
      measured.clear();
      unobserved = [];
      clearTimeout(resting);
      if (frame !== undefined) cancelAnimationFrame(frame);
      frame = undefined;
      if (!element) return;
      observer = new ResizeObserver(resized);
      observer.observe(element);
      // The rows were rendered before what they are in.
      scroller.rendered();
      moves();
    },
    attachRows(element) {
      list = element;
    },
    rows: {
      get() {
        if (!stop) follow();
        return rows;
      },
      subscribe(listener) {
        rowListeners.add(listener);
        stop ??= source.subscribe(follow);
        follow();
        return () => {
          rowListeners.delete(listener);
          if (rowListeners.size > 0) return;
          stop?.();
          stop = undefined;
        };
      },
    },
    rendered() {
      if (!viewport || !list) return;
      pad();
      measure();
      place();
    },
    isAtEnd: () => atEnd,
    subscribe(listener) {
      endListeners.add(listener);
      return () => endListeners.delete(listener);
    },
    scrolled() {
      if (!viewport || viewport.scrollTop === lastTop) return;
      [held, scrolling, target] = [false, true, undefined];
      if (Math.abs(viewport.scrollTop - lastTop) < SHORT) pace = 'moves';
      moves();
      takeIn(viewport);
      look();
      if (renew()) return;
      tell();
      loadOlderIfNear(flow, viewport);
    },
    focusIn(id) {
      focused = id;
      if (id === undefined) renew();
      else look();
    },
    toEnd() {
      toTheEnd();
      moves();
      if (!renew()) place();
    },
    stay(element) {
      if (!viewport) return;
      setAtEnd(false);
      target = undefined;
      held = true;
      eye.fix(element, viewport);
      moves();
    },
    watch(listener) {
      watchers.add(listener);
      return () => watchers.delete(listener);
    },
    placeOf(id) {
      const index = rows.order.indexOf(id);
      if (index < 0 || !viewport) return undefined;
      const below = heights.offset(index) + lent + origin - viewport.scrollTop;
      return below < -SLACK ? 'above' : below > height ? 'below' : 'in view';
    },
    toRow(id, align) {
      if (rows.order.indexOf(id) < 0) return;
      aim(id, align, false);
      moves();
      if (!renew()) place();
    },
    focusRow(id, align = 'nearest') {
      if (rows.order.indexOf(id) < 0) return;
      aim(id, align, true);
      moves();
      if (!renew()) place();
    },
  };
  return scroller;
}
