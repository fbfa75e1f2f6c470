import type { InstantMessagingFlow } from '@imflow/react';
import { createEye } from './eye.ts';
import { createGatheredOrder } from './gatheredOrder.ts';
import { loadOlderIfNear } from './olderPages.ts';
import type { View } from './rowRange.ts';
import { createRowWindow, type Rows } from './rowWindow.ts';
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

interface Target {
  readonly id: string;
  readonly align: Align;
  /** Whether the row is to have the focus. */
  readonly focus: boolean;
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
  const rows = createRowWindow(place);
  const eye = createEye();
  const endListeners = new Set<() => void>();
  const watchers = new Set<() => void>();
  let viewport: HTMLElement | null = null;
  let readers = 0;
  let stop: (() => void) | undefined;
  let atEnd = true;
  // Where the list was left by itself; anywhere else, the reader has moved.
  let lastTop = 0;
  // How far the first row is below the start of all that scrolls, and how much of that is in view.
  let origin = 0;
  let height = UNSEEN;
  let scrolling = false;
  // While the reader scrolls, rows above that turn out higher or lower are made up for by the space before them, since
  // to set the place would end the scrolling in some browsers.
  let lent = 0;
  let focused: string | undefined;
  // Where the list is on its way to.
  let target: Target | undefined;
  // The row that what is in view begins with, and how far above that it begins.
  let anchor: { readonly id: string; readonly above: number } | undefined;
  // The eye rests on what the reader asked for, until the list rests.
  let held = false;
  let resting: ReturnType<typeof setTimeout> | undefined;

  function setAtEnd(next: boolean): void {
    if (next === atEnd) return;
    atEnd = next;
    for (const listener of endListeners) listener();
  }

  function moves(short?: boolean): void {
    rows.moves(short);
    clearTimeout(resting);
    resting = setTimeout(rest, REST);
  }

  function rest(): void {
    rows.rests();
    [held, scrolling] = [false, false];
    if (!viewport) return;
    giveBack();
    takeIn(viewport, true);
    look();
    rows.show(view());
  }

  /** What is in view, below the first row, by what is known of the rows. */
  function view(): View {
    const { order } = rows.get();
    const last = rows.offset(order.length) - height;
    if (target) return { top: Math.min(topFor(target), Math.max(0, last)), height };
    if (atEnd) return { top: last, height };
    const index = anchor ? order.indexOf(anchor.id) : -1;
    return { top: anchor && index >= 0 ? rows.offset(index) + anchor.above : lastTop - origin - lent, height };
  }

  /** Where what is in view has to begin for the row to stand where it belongs, below the first row. */
  function topFor({ id, align }: Target): number {
    const index = placeIn(id);
    const [start, end] = [rows.offset(index), rows.offset(index + 1)];
    const now = lastTop - origin - lent;
    if (align === 'start') return start;
    if (align === 'center') return (start + end - height) / 2;
    return start < now ? start : Math.max(now, Math.min(start, end - height));
  }

  function placeIn(id: string): number {
    return rows.get().order.indexOf(id);
  }

  /** Takes over the order of messages. */
  function follow(): void {
    const order = source.get();
    const { order: before } = rows.get();
    if (order === before) return;
    if (viewport) {
      moves();
      // The reader may have moved just now, before any scroll event.
      if (!held && !target) takeIn(viewport);
    }
    // In a row that stands first, a message may lose what stood above it: what counts is where the message is.
    look();
    rows.follow(order);
    const last = order.at(-1) ?? '';
    // Whoever comes back reads on from where they stopped; what they have not seen does not count as read.
    const unread = before.length === 0 ? firstUnread(flow) : undefined;
    if (unread !== undefined) aim({ id: unread, align: 'start', focus: false });
    else if (before.at(-1) !== last && flow.messages.get(last)?.direction === 'outgoing') toTheEnd();
    rows.show(view());
  }

  function toTheEnd(): void {
    held = false;
    target = undefined;
    setAtEnd(true);
  }

  function aim(at: Target): void {
    // If it is near the end, its place says so once the list is there.
    setAtEnd(false);
    held = false;
    eye.close();
    target = at;
  }

  function goTo(at: Target): void {
    if (placeIn(at.id) < 0) return;
    aim(at);
    go();
  }

  /** Goes where the list belongs now: at once, or when the rows that are there have been rendered. */
  function go(): void {
    moves();
    if (!rows.show(view())) place();
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

  /** The space before the rows gets its right size. What is in view stays. */
  function giveBack(): void {
    if (lent === 0 || !viewport) return;
    const top = viewport.scrollTop - lent;
    lent = 0;
    rows.pad(0);
    viewport.scrollTop = top;
    lastTop = viewport.scrollTop;
  }

  /** Takes in which row what is in view begins with. */
  function mark(): { readonly top: number; readonly first: number } {
    const top = lastTop - origin - lent;
    const first = rows.at(top);
    anchor = { id: rows.get().order.at(first) ?? '', above: top - rows.offset(first) };
    return { top, first };
  }

  /** Finds what the reader looks at: the row with the focus, else the first that begins in view, else what fills it. */
  function look(): void {
    if (!viewport || held || target || atEnd) return;
    const { order } = rows.get();
    const { top, first } = mark();
    const isInView = (index: number): boolean => rows.offset(index) < top + height && rows.offset(index + 1) > top;
    const inFocus = focused === undefined ? -1 : placeIn(focused);
    const begins = rows.offset(first) < top && first + 1 < order.length && isInView(first + 1) ? first + 1 : first;
    const row = rows.element(inFocus >= 0 && isInView(inFocus) ? inFocus : begins);
    if (row) eye.fix(row.querySelector('[data-message]') ?? row, viewport);
    else eye.close();
  }

  /** What is in view stays there; at the end, that is the end. */
  function settle(): void {
    if (!viewport) return;
    if (target) {
      viewport.scrollTop = topFor(target) + origin + lent;
    } else if (atEnd) {
      viewport.scrollTop = viewport.scrollHeight;
    } else {
      // After a jump there is nothing that the reader saw before.
      const drift = eye.drift(viewport);
      if (Math.abs(drift) < 0.5) return;
      // The space before the rows gives way, as long as there is some.
      const { from } = rows.get();
      if (scrolling && from > 0 && rows.offset(from) + lent >= drift) {
        lent -= drift;
        rows.pad(lent);
      } else {
        viewport.scrollTop += drift;
      }
    }
    lastTop = viewport.scrollTop;
  }

  /** Puts the list where it belongs, and has it render what is in view there. */
  function place(): void {
    const list = rows.list();
    if (!viewport || !list) return;
    height = viewport.clientHeight || UNSEEN;
    origin = list.getBoundingClientRect().top - viewport.getBoundingClientRect().top + viewport.scrollTop;
    settle();
    mark();
    if (rows.show(view())) return;
    if (target) {
      const { id, focus } = target;
      target = undefined;
      takeIn(viewport, true);
      const row = focus && rows.element(placeIn(id));
      if (row) row.querySelector<HTMLElement>('[data-message]')?.focus({ preventScroll: true });
    }
    look();
    tell();
    loadOlderIfNear(flow, viewport);
  }

  /** The reader, or the list itself, has scrolled. */
  function scrolled(): void {
    if (!viewport || viewport.scrollTop === lastTop) return;
    [held, scrolling, target] = [false, true, undefined];
    moves(Math.abs(viewport.scrollTop - lastTop) < SHORT);
    takeIn(viewport);
    // Of what the reader saw, nothing is left that would move.
    if (rows.isJump(view())) lent = 0;
    look();
    if (rows.show(view())) return;
    tell();
    loadOlderIfNear(flow, viewport);
  }

  const scroller: Scroller = {
    viewport: () => viewport,
    attachViewport(element) {
      viewport?.removeEventListener('scroll', scrolled);
      viewport = element;
      element?.addEventListener('scroll', scrolled, { passive: true });
      rows.watch(element);
      clearTimeout(resting);
      if (!element) return;
      // The rows were rendered before what they are in.
      scroller.rendered();
      moves();
    },
    attachRows: rows.attach,
    rows: {
      get() {
        if (!stop) follow();
        return rows.get();
      },
      subscribe(listener) {
        const leave = rows.subscribe(listener);
        readers += 1;
        stop ??= source.subscribe(follow);
        follow();
        return () => {
          leave();
          readers -= 1;
          if (readers > 0) return;
          stop?.();
          stop = undefined;
        };
      },
    },
    rendered() {
      if (!viewport || !rows.list()) return;
      const room = rows.offset(rows.get().from);
      if (room === 0 || room + lent < 0) giveBack();
      rows.pad(lent);
      rows.measure(lent);
      place();
    },
    isAtEnd: () => atEnd,
    subscribe(listener) {
      endListeners.add(listener);
      return () => endListeners.delete(listener);
    },
    focusIn(id) {
      focused = id;
      rows.keep(id);
      if (id === undefined) rows.show(view());
      else look();
    },
    toEnd() {
      toTheEnd();
      go();
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
      const index = placeIn(id);
      if (index < 0 || !viewport) return undefined;
      const below = rows.offset(index) + lent + origin - viewport.scrollTop;
      return below < -SLACK ? 'above' : below > height ? 'below' : 'in view';
    },
    toRow: (id, align) => goTo({ id, align, focus: false }),
    focusRow: (id, align = 'nearest') => goTo({ id, align, focus: true }),
  };
  return scroller;
}
