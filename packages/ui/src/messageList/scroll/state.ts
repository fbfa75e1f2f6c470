/** The scroll engine: a pure reducer that decides which rows are rendered and where the list stands. */

import type { MessageOrder } from '@imflow/react';
import { EMPTY_SIZES, indexAt, offsetOf, withOrder, withSizes } from './sizeCache.ts';
import {
  type KeptRow,
  type Layout,
  type Metrics,
  NO_ROWS,
  type Position,
  type Rows,
  type ScrollEffect,
  type ScrollEvent,
  type ScrollState,
  type Transition,
} from './state.types.ts';
import { isJump, type RowRange, type View, visibleRange } from './visibleRange.ts';

/** The list follows its end while the end is at most this far below the viewport, in px. */
const NEAR_END = 80;
/** Scrolling by less than this at once, in px, continues from row to row; more is a jump. */
const MAX_STEP = 200;
/** The height of the view until it is known, in px. */
const INITIAL_HEIGHT = 700;
/** The anchor may be off by less than this, in px: the precision of layout. */
const MIN_DRIFT = 0.5;
/** The most render passes for one frame: each may change the sizes that the next one depends on. */
export const MAX_PASSES = 4;
/** At most this many rows are rendered for a list whose sizes never agree. */
const MAX_GROWN_ROWS = 400;
/** At most this many selected rows stay in the document; of a longer selection, its two ends stay. */
const MAX_SELECTED_ROWS = 300;

export const INITIAL_STATE: ScrollState = {
  sizes: EMPTY_SIZES,
  rows: NO_ROWS,
  hasBox: false,
  scrollTop: 0,
  height: INITIAL_HEIGHT,
  origin: 0,
  position: { at: 'end' },
  cursor: undefined,
  phase: 'jump',
  isScrolling: false,
  adjustment: 0,
  focused: undefined,
  selection: undefined,
  isPrinting: false,
  passes: 0,
  onlyGrows: false,
};

/** The next state and its effects, while a reducer builds them. */
type Draft = { -readonly [Key in keyof ScrollState]: ScrollState[Key] } & { readonly effects: ScrollEffect[] };

/** Events that the list itself caused. They do not allow more passes. */
const CONSEQUENCES: ReadonlySet<ScrollEvent['type']> = new Set(['committed', 'layout', 'settled', 'positioned']);

/**
 * The scroll engine: decides which rows are rendered and where the list stands. Pure; `driver.ts` connects it to the
 * document. It keeps these promises: what the reader sees stays in place, except where the list follows its end or
 * goes to a row; no visible row is missing once effects are performed; whatever sizes are reported, the rows change a
 * bounded number of times per event.
 */
export function scrollReducer(state: ScrollState, event: ScrollEvent): Transition {
  const draft: Draft = { ...state, effects: [] };
  if (!CONSEQUENCES.has(event.type)) {
    draft.passes = 0;
    if (event.type !== 'frame') draft.onlyGrows = false;
  }
  apply(draft, event);
  const { effects, ...next } = draft;
  return { state: next, effects };
}

function apply(draft: Draft, event: ScrollEvent): void {
  switch (event.type) {
    case 'order':
      return setOrder(draft, event);
    case 'scroll':
      return scrolled(draft, event.metrics);
    case 'committed':
      return committed(draft);
    case 'layout':
      return applyLayout(draft, event);
    case 'settled':
      return settle(draft, event.metrics);
    case 'positioned':
      draft.scrollTop = event.scrollTop;
      return;
    case 'frame':
      draft.onlyGrows = true;
      updateRows(draft);
      return;
    case 'idle':
      return becomeIdle(draft, event.metrics);
    case 'attached':
      // `hasBox` is not known yet: the first layout reports it.
      return startMoving(draft);
    case 'detached':
      draft.hasBox = false;
      return;
    case 'focus':
      draft.focused = event.id;
      if (event.id === undefined) updateRows(draft);
      else chooseAnchor(draft);
      return;
    case 'select':
      draft.selection = event.selection;
      updateRows(draft);
      return;
    case 'toEnd':
      setPosition(draft, { at: 'end' });
      return go(draft);
    case 'toRow':
      if (draft.sizes.order.indexOf(event.id) < 0) return;
      setPosition(draft, { at: 'target', id: event.id, align: event.align, focus: event.focus });
      return go(draft);
    case 'hold':
      if (!draft.hasBox) return;
      setPosition(draft, { at: 'held' });
      return startMoving(draft);
    case 'print':
      draft.isPrinting = event.on;
      // Printed pages do not scroll: their measurements say nothing about the place of the reader.
      draft.hasBox &&= !event.on;
      updateRows(draft);
  }
}

/** Takes over the order of messages. */
function setOrder(draft: Draft, { order, metrics, firstUnread, hasSent }: ScrollEvent & { type: 'order' }): void {
  const before = draft.sizes.order;
  if (order === before) return;
  if (metrics) draft.hasBox &&= hasBoxIn(metrics);
  if (metrics && hasBoxIn(metrics)) {
    startMoving(draft);
    // The reader may have scrolled before this without a scroll event yet.
    if (draft.hasBox && (draft.position.at === 'end' || draft.position.at === 'anchor')) syncPosition(draft, metrics);
  }
  // Before the rows change: the first row may lose the day that stands above its message.
  chooseAnchor(draft);
  draft.sizes = withOrder(draft.sizes, order);
  draft.rows = inOrder(draft.rows, order);
  const { position } = draft;
  if (before.length === 0 && firstUnread !== undefined)
    setPosition(draft, { at: 'target', id: firstUnread, align: 'start', focus: false });
  else if (hasSent) setPosition(draft, { at: 'end' });
  else if (position.at === 'target' && order.indexOf(position.id) < 0) setPosition(draft, { at: 'anchor' });
  updateRows(draft, true);
}

/** The same rows in another order. */
function inOrder({ order: before, from, to }: Rows, order: MessageOrder): Rows {
  const indexIn = (index: number): number => order.indexOf(before.at(index) ?? '');
  const [first, last] = [indexIn(from), indexIn(to - 1)];
  return { ...NO_ROWS, order, ...(to > from && first >= 0 && last >= first && { from: first, to: last + 1 }) };
}

/** The viewport was scrolled, by the reader or by the list. */
function scrolled(draft: Draft, metrics: Metrics): void {
  draft.hasBox &&= hasBoxIn(metrics);
  if (!draft.hasBox || metrics.scrollTop === draft.scrollTop) return;
  draft.isScrolling = true;
  if (draft.position.at !== 'end') setPosition(draft, { at: 'anchor' });
  startMoving(draft, Math.abs(metrics.scrollTop - draft.scrollTop) < MAX_STEP);
  syncPosition(draft, metrics);
  // None of the rows that the reader saw remain.
  if (isJump(draft.sizes, viewOf(draft), draft.rows)) draft.adjustment = 0;
  chooseAnchor(draft);
  if (!updateRows(draft)) arrive(draft);
}

function committed(draft: Draft): void {
  const room = offsetOf(draft.sizes, draft.rows.from);
  if (draft.adjustment !== 0 && (room === 0 || room + draft.adjustment < 0)) flushAdjustment(draft);
  else setSpacers(draft);
}

function applyLayout(draft: Draft, { metrics, origin, drift, sizes }: Layout): void {
  const hadBox = draft.hasBox;
  draft.hasBox = hasBoxIn(metrics) && !draft.isPrinting;
  // A viewport without a box has no sizes. Its position is kept until it has a box again.
  if (!draft.hasBox) return;
  if (!hadBox) startMoving(draft);
  draft.height = metrics.clientHeight;
  draft.origin = origin;
  const before = spacersOf(draft);
  draft.sizes = withSizes(draft.sizes, sizes);
  const after = spacersOf(draft);
  if (before.before !== after.before || before.after !== after.after) {
    // Measured positions below earlier rows have moved.
    setSpacers(draft);
    draft.effects.push({ type: 'measure' });
  }
  restore(draft, metrics, drift, hadBox);
}

/** Puts the list where it belongs. */
function restore(draft: Draft, metrics: Metrics, drift: number | undefined, hadBox: boolean): void {
  const { position } = draft;
  if (position.at === 'target') {
    draft.effects.push({ type: 'setScrollTop', top: topOf(draft) });
  } else if (position.at === 'end') {
    draft.effects.push({ type: 'setScrollTop', top: metrics.scrollHeight });
  } else if (drift === undefined) {
    // A viewport that had no box may have lost its scroll position, and the anchor is gone.
    if (!hadBox && draft.cursor) draft.effects.push({ type: 'setScrollTop', top: topOf(draft) });
  } else if (Math.abs(drift) >= MIN_DRIFT) {
    const { from } = draft.rows;
    if (hadBox && draft.isScrolling && from > 0 && offsetOf(draft.sizes, from) + draft.adjustment >= drift) {
      draft.adjustment -= drift;
      setSpacers(draft);
    } else {
      draft.effects.push({ type: 'scrollBy', by: drift });
    }
  }
}

/** Where `scrollTop` has to be for the view to begin where it belongs. */
function topOf(draft: Draft): number {
  return viewOf(draft, false).top + draft.origin + draft.adjustment;
}

/** Continues after a layout: renders missing rows, or finishes. */
function settle(draft: Draft, metrics: Metrics): void {
  if (!draft.hasBox) return;
  const top = draft.scrollTop - draft.origin - draft.adjustment;
  setCursor(draft, top);
  if (updateRows(draft)) return;
  if (draft.position.at === 'target') {
    const { id, focus } = draft.position;
    setPosition(draft, { at: 'anchor' });
    syncPosition(draft, metrics, true);
    if (focus) draft.effects.push({ type: 'focus', id });
  }
  chooseAnchor(draft, true);
  arrive(draft);
}

function becomeIdle(draft: Draft, metrics: Metrics | undefined): void {
  draft.phase = 'idle';
  draft.isScrolling = false;
  if (draft.position.at === 'held') setPosition(draft, { at: 'anchor' });
  if (metrics) draft.hasBox &&= hasBoxIn(metrics);
  if (!draft.hasBox || !metrics) return;
  syncPosition(draft, metrics, true);
  if (draft.adjustment !== 0) flushAdjustment(draft);
}

function go(draft: Draft): void {
  startMoving(draft);
  if (!updateRows(draft)) draft.effects.push({ type: 'measure' });
}

/** @param isStep a short way, so that the next one is likely to be short, too. */
function startMoving(draft: Draft, isStep = false): void {
  if (isStep || draft.phase === 'idle') draft.phase = 'scroll';
  draft.effects.push({ type: 'startIdleTimer' });
}

/** The only way to another position, so that no anchor outlives the position that it belongs to. */
function setPosition(draft: Draft, position: Position): void {
  const { at } = position;
  if (at !== draft.position.at && at !== 'anchor' && at !== 'held')
    draft.effects.push({ type: 'anchor', candidates: [], isMeasured: false });
  draft.position = position;
}

/** Takes over the scroll position of the viewport. `keepsAnchor`: the reader has not scrolled. */
function syncPosition(draft: Draft, metrics: Metrics, keepsAnchor = false): void {
  const { scrollTop, scrollHeight, clientHeight } = metrics;
  const { at } = draft.position;
  // Growing content moves the end away from a reader who did not scroll: only a move upwards leaves the end.
  if (scrollHeight - clientHeight - scrollTop <= NEAR_END) setPosition(draft, { at: 'end' });
  else if (scrollTop < draft.scrollTop && at === 'end') setPosition(draft, { at: 'anchor' });
  if (scrollTop === draft.scrollTop) return;
  draft.scrollTop = scrollTop;
  if (!keepsAnchor) draft.cursor = undefined;
}

/** Replaces the space that was added while the reader scrolled by the scroll position. What is visible stays. */
function flushAdjustment(draft: Draft): void {
  const by = -draft.adjustment;
  draft.adjustment = 0;
  setSpacers(draft);
  draft.effects.push({ type: 'scrollBy', by });
}

function setCursor(draft: Draft, top: number): number {
  const { sizes } = draft;
  const first = indexAt(sizes, top);
  draft.cursor = { id: sizes.order.at(first) ?? '', above: top - offsetOf(sizes, first) };
  return first;
}

/** Chooses what stays in place: the focused row, else the first that begins in the view, else the one that fills it. */
function chooseAnchor(draft: Draft, isMeasured = false): void {
  if (!draft.hasBox || draft.position.at !== 'anchor') return;
  const { sizes, height, focused } = draft;
  const { order } = sizes;
  const top = draft.scrollTop - draft.origin - draft.adjustment;
  const first = setCursor(draft, top);
  const isVisible = (index: number): boolean =>
    offsetOf(sizes, index) < top + height && offsetOf(sizes, index + 1) > top;
  const inFocus = focused === undefined ? -1 : order.indexOf(focused);
  // A row may begin above the view and its message below the start of the view.
  const isCut = offsetOf(sizes, first) < top && first + 1 < order.length && isVisible(first + 1);
  const indices = inFocus >= 0 && isVisible(inFocus) ? [inFocus] : isCut ? [first, first + 1] : [first];
  draft.effects.push({ type: 'anchor', candidates: indices.map((index) => order.at(index) ?? ''), isMeasured });
}

function arrive(draft: Draft): void {
  draft.effects.push({ type: 'moved' });
  // Less than a view is left above.
  if (draft.scrollTop < draft.height) draft.effects.push({ type: 'loadOlder' });
}

/** The visible range by the known sizes. `fits`: not beyond the last row. */
function viewOf(draft: Draft, fits = true): View {
  const { sizes, height, position, cursor } = draft;
  const last = offsetOf(sizes, sizes.order.length) - height;
  if (position.at === 'target') {
    const top = targetTop(draft, position.id, position.align);
    return { top: fits ? Math.min(top, Math.max(0, last)) : top, height };
  }
  if (position.at === 'end') return { top: last, height };
  const index = cursor ? sizes.order.indexOf(cursor.id) : -1;
  const top = cursor && index >= 0 ? offsetOf(sizes, index) + cursor.above : undefined;
  return { top: top ?? draft.scrollTop - draft.origin - draft.adjustment, height };
}

function targetTop(draft: Draft, id: string, align: 'start' | 'center' | 'nearest'): number {
  const { sizes, height } = draft;
  const index = sizes.order.indexOf(id);
  const [start, end] = [offsetOf(sizes, index), offsetOf(sizes, index + 1)];
  const now = draft.scrollTop - draft.origin - draft.adjustment;
  if (align === 'start') return start;
  if (align === 'center') return (start + end - height) / 2;
  return start < now ? start : Math.max(now, Math.min(start, end - height));
}

/**
 * Updates which rows are rendered. Returns whether they changed; false also if they have to wait for the next frame.
 */
function updateRows(draft: Draft, always = false): boolean {
  const { rows, sizes } = draft;
  const { from, to } = rangeOf(draft);
  const kept = keptRows(draft, from, to);
  const isSame =
    from === rows.from &&
    to === rows.to &&
    kept.length === rows.kept.length &&
    kept.every(({ index }, place) => index === rows.kept[place]?.index);
  if (isSame && !always) return false;
  if (draft.passes >= MAX_PASSES) {
    draft.effects.push({ type: 'requestFrame' });
    return false;
  }
  draft.passes += 1;
  draft.rows = { order: sizes.order, from, to, kept };
  draft.effects.push({ type: 'render' });
  return true;
}

function rangeOf(draft: Draft): RowRange {
  const { sizes, rows } = draft;
  const { length } = sizes.order;
  if (draft.isPrinting) return { from: 0, to: length };
  const view = viewOf(draft);
  if (draft.phase !== 'idle' && isJump(sizes, view, rows)) draft.phase = 'jump';
  const next = visibleRange(sizes, view, rows, draft.phase);
  if (!draft.onlyGrows || rows.to === 0) return next;
  const [from, to] = [Math.min(rows.from, next.from), Math.max(rows.to, next.to)];
  return to - from <= MAX_GROWN_ROWS ? { from, to } : { from: rows.from, to: Math.min(rows.to, length) };
}

function keptRows({ sizes, focused, selection }: Draft, from: number, to: number): readonly KeptRow[] {
  if (focused === undefined && !selection) return NO_ROWS.kept;
  const { order } = sizes;
  const indices = new Set<number>();
  if (focused !== undefined) indices.add(order.indexOf(focused));
  if (selection) {
    const [first, last] = [order.indexOf(selection[0]), order.indexOf(selection[1])];
    indices.add(first).add(last);
    if (first >= 0 && last - first <= MAX_SELECTED_ROWS)
      for (let index = first; index < last; index += 1) indices.add(index);
  }
  return Array.from(indices)
    .filter((index) => index >= 0 && (index < from || index >= to))
    .toSorted((one, other) => one - other)
    .map((index) => ({ index, top: offsetOf(sizes, index) }));
}

function spacersOf({ sizes, rows, adjustment }: Draft): { readonly before: number; readonly after: number } {
  const end = offsetOf(sizes, sizes.order.length);
  return { before: offsetOf(sizes, rows.from) + adjustment, after: end - offsetOf(sizes, rows.to) };
}

function setSpacers(draft: Draft): void {
  draft.effects.push({ type: 'setSpacers', ...spacersOf(draft) });
}

const hasBoxIn = ({ clientHeight }: Metrics): boolean => clientHeight > 0;
