import type { RowHeights } from './rowHeights.ts';

/** Rows that follow each other. */
export interface RowRange {
  readonly from: number;
  /** The one after the last. */
  readonly to: number;
}

/** What is in view, in px below the first row. */
export interface View {
  readonly top: number;
  readonly height: number;
}

/**
 * How the list moves. After a jump, nothing of what was in view is there any more; until the list rests it shows what
 * is in view, and little more.
 */
export type Pace = 'jumps' | 'moves' | 'rests';

/** How far beyond what is in view rows come into the document, in px. */
const BUFFER: Readonly<Record<Pace, number>> = { jumps: 60, moves: 400, rests: 400 };
/** Nearer than this, in px, they have to be there: by how much a short way is paid in advance. */
const LEAST: Readonly<Record<Pace, number>> = { jumps: 0, moves: 200, rests: 400 };
/** Farther than this, in px, they have to go. */
const MOST: Readonly<Record<Pace, number>> = { jumps: 800, moves: 800, rests: 400 };

/**
 * Which rows belong into the document.
 *
 * @param length how many rows there are.
 * @param before the rows that are there.
 */
export function rowRange(heights: RowHeights, length: number, view: View, before: RowRange, pace: Pace): RowRange {
  const within = (buffer: number): RowRange => rowsWithin(heights, length, view, buffer);
  const near = before.to > 0 && covers(before, within(LEAST[pace])) && covers(within(MOST[pace]), before);
  return near ? before : within(BUFFER[pace]);
}

/** Whether none of the rows that are there are in view. */
export function isJump(heights: RowHeights, length: number, view: View, before: RowRange): boolean {
  const inView = rowsWithin(heights, length, view, 0);
  return inView.to <= before.from || inView.from >= before.to;
}

function rowsWithin(heights: RowHeights, length: number, { top, height }: View, buffer: number): RowRange {
  if (length === 0) return { from: 0, to: 0 };
  return { from: heights.at(top - buffer), to: heights.at(top + height + buffer - 1) + 1 };
}

function covers(outer: RowRange, inner: RowRange): boolean {
  return outer.from <= inner.from && outer.to >= inner.to;
}
