/** The range of rows to render, with overscan. */

import { indexAt, type SizeCache } from './sizeCache.ts';

/** Consecutive rows. */
export interface RowRange {
  readonly from: number;
  /** One after the last row. */
  readonly to: number;
}

/** The visible part of the list, in layout px below the first row. */
export interface View {
  readonly top: number;
  readonly height: number;
}

/**
 * How the list moves. After a jump, none of the rows that were visible remain; until the list is idle, it renders what
 * is visible and little more.
 */
export type ScrollPhase = 'jump' | 'scroll' | 'idle';

/** How far beyond the view a new range reaches, in px. */
const OVERSCAN: Readonly<Record<ScrollPhase, number>> = { jump: 60, scroll: 400, idle: 400 };
/** A range that reaches less far beyond the view than this is replaced, in px. */
const MIN_OVERSCAN: Readonly<Record<ScrollPhase, number>> = { jump: 0, scroll: 200, idle: 400 };
/** A range that reaches farther beyond the view than this is replaced, in px. */
const MAX_OVERSCAN: Readonly<Record<ScrollPhase, number>> = { jump: 800, scroll: 800, idle: 400 };

/** Returns the rows to render; `before` itself while it is close enough, so that a short scroll renders nothing. */
export function visibleRange(sizes: SizeCache, view: View, before: RowRange, phase: ScrollPhase): RowRange {
  const within = (overscan: number): RowRange => rowsWithin(sizes, view, overscan);
  const isClose =
    before.to > 0 && messageIds(before, within(MIN_OVERSCAN[phase])) && messageIds(within(MAX_OVERSCAN[phase]), before);
  return isClose ? before : within(OVERSCAN[phase]);
}

/** Whether none of the given rows are visible. */
export function isJump(sizes: SizeCache, view: View, before: RowRange): boolean {
  const visible = rowsWithin(sizes, view, 0);
  return visible.to <= before.from || visible.from >= before.to;
}

function rowsWithin(sizes: SizeCache, { top, height }: View, overscan: number): RowRange {
  if (sizes.order.length === 0) return { from: 0, to: 0 };
  return { from: indexAt(sizes, top - overscan), to: indexAt(sizes, top + height + overscan - 1) + 1 };
}

function messageIds(outer: RowRange, inner: RowRange): boolean {
  return outer.from <= inner.from && outer.to >= inner.to;
}
