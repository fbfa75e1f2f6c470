import type { MessageOrder } from '@imflow/react';
import { createRowHeights, type RowHeights } from './rowHeights.ts';
import { isJump, type Pace, type RowRange, rowRange, type View } from './rowRange.ts';
import { createRowSizes, type RowSizes } from './rowSizes.ts';

/** The rows that are to be in the document. */
export interface Rows extends RowRange {
  readonly order: MessageOrder;
  /** A row outside of these that stays, since it has the focus: its place, and where it begins, in px. */
  readonly kept: { readonly index: number; readonly top: number } | undefined;
}

/** No rows: what a server renders, and a client until it has hydrated. */
export const NO_ROWS: Rows = { order: [], from: 0, to: 0, kept: undefined };

/** The rows of a list that are in the document, and the room for those that are not. */
export interface RowWindow {
  readonly get: () => Rows;
  /** Tells of each change of the rows. */
  readonly subscribe: (listener: () => void) => () => void;
  /** Where rows begin, in px below the first one. */
  readonly offset: RowHeights['offset'];
  /** The row at a place, in px below the first one. */
  readonly at: RowHeights['at'];
  /** Takes over another order of messages. `show` has to follow, and tells of it. */
  readonly follow: (order: MessageOrder) => void;
  /** Has the rows in and near view rendered. Returns whether others are to be rendered than there were. */
  readonly show: (view: View) => boolean;
  /** Whether none of the rows that are in the document are in view. */
  readonly isJump: (view: View) => boolean;
  /** The message with the focus stays in the document. */
  readonly keep: (id: string | undefined) => void;
  /** The list moves. After a jump it is taken to jump again, until it rests or moves by a short way. */
  readonly moves: (short?: boolean) => void;
  readonly rests: () => void;
  /** The element that holds the rows and nothing else. */
  readonly attach: (list: HTMLElement | null) => void;
  readonly list: () => HTMLElement | null;
  /** The element of a row, if it is in the document. */
  readonly element: (index: number) => Element | undefined;
  /** Makes room for the rows that are not in the document, and so much more before them, in px. */
  readonly pad: (more: number) => void;
  /** Takes in how high the rows are that were not in the document before. `more` as for `pad`. */
  readonly measure: (more: number) => void;
  /** What the rows are seen in from now on, or nothing any more. */
  readonly watch: RowSizes['attach'];
}

/** @param resized is called when what is in the document has another size. */
export function createRowWindow(resized: () => void): RowWindow {
  const heights = createRowHeights();
  const sizes = createRowSizes((id, height) => heights.set(rows.order.indexOf(id), height), resized);
  const listeners = new Set<() => void>();
  let rows = NO_ROWS;
  let told = rows;
  let pace: Pace = 'jumps';
  let focused: string | undefined;
  let list: HTMLElement | null = null;

  function element(index: number): Element | undefined {
    const { from, to, kept } = rows;
    const isBefore = kept !== undefined && kept.index < from;
    if (index === kept?.index) return list?.children[isBefore ? 0 : to - from];
    if (index < from || index >= to) return undefined;
    return list?.children[index - from + (isBefore ? 1 : 0)];
  }

  function pad(more: number): void {
    if (!list) return;
    const { order, from, to } = rows;
    list.style.paddingBlock = `${heights.offset(from) + more}px ${heights.offset(order.length) - heights.offset(to)}px`;
  }

  return {
    get: () => rows,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    offset: heights.offset,
    at: heights.at,
    follow(order) {
      const { order: before, from, to } = rows;
      heights.follow(order);
      const placeOf = (index: number): number => order.indexOf(before.at(index) ?? '');
      const [first, last] = [placeOf(from), placeOf(to - 1)];
      rows = { ...NO_ROWS, order, ...(first >= 0 && last >= first && { from: first, to: last + 1 }) };
    },
    show(view) {
      const { order } = rows;
      if (pace !== 'rests' && isJump(heights, order.length, view, rows)) pace = 'jumps';
      const { from, to } = rowRange(heights, order.length, view, rows, pace);
      const index = focused === undefined ? -1 : order.indexOf(focused);
      const isOutside = index >= 0 && (index < from || index >= to);
      if (from !== rows.from || to !== rows.to || isOutside !== (rows.kept !== undefined))
        rows = { order, from, to, kept: isOutside ? { index, top: heights.offset(index) } : undefined };
      if (rows === told) return false;
      told = rows;
      for (const listener of listeners) listener();
      return true;
    },
    isJump: (view) => isJump(heights, rows.order.length, view, rows),
    keep(id) {
      focused = id;
    },
    moves(short = false) {
      if (short || pace === 'rests') pace = 'moves';
    },
    rests() {
      pace = 'rests';
    },
    attach(next) {
      list = next;
    },
    list: () => list,
    element,
    pad,
    measure(more) {
      const { order, from, to, kept } = rows;
      const there = new Map<Element, string>();
      const take = (index: number): void => {
        const row = element(index);
        if (row) there.set(row, order.at(index) ?? '');
      };
      if (kept) take(kept.index);
      for (let index = from; index < to; index += 1) take(index);
      sizes.watch(there);
      if (heights.learn()) pad(more);
    },
    watch: sizes.attach,
  };
}
