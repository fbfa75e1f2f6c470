/** The types of the scroll engine. */

import type { MessageOrder } from '@imflow/react';
import type { SizeCache } from './sizeCache.ts';
import type { RowRange, ScrollPhase } from './visibleRange.ts';

/** The position of a row in the viewport after scrolling. `nearest`: unchanged, if the row is completely visible. */
export type Align = 'start' | 'center' | 'nearest';

/** What determines the scroll position. */
export type Position =
  /** The list follows its end. */
  | { readonly at: 'end' }
  /** The message that the reader sees stays in place. */
  | { readonly at: 'anchor' }
  /** An element that the reader works with stays in place until the list is idle. */
  | { readonly at: 'held' }
  /** The list is on its way to a row. */
  | { readonly at: 'target'; readonly id: string; readonly align: Align; readonly focus: boolean };

/** A row outside of the visible range that stays in the document, since it has the focus or is selected. */
export interface KeptRow {
  readonly index: number;
  /** Where it begins, in px below the first row. */
  readonly top: number;
}

/** The rows that the list renders. */
export interface Rows extends RowRange {
  readonly order: MessageOrder;
  /** In the order of messages. */
  readonly kept: readonly KeptRow[];
}

/** No rows: the state on a server, and on a client before hydration. */
export const NO_ROWS: Rows = { order: [], from: 0, to: 0, kept: [] };

/** The scroll metrics of the viewport, in layout px: unaffected by transforms and zoom. */
export interface Metrics {
  readonly scrollTop: number;
  readonly scrollHeight: number;
  /** 0 if the viewport has no box: `display: none`, detached, or collapsed. */
  readonly clientHeight: number;
}

/** What was measured after the rows were rendered, or after a size changed. Lengths are layout px. */
export interface Layout {
  readonly metrics: Metrics;
  /** Where the first row begins, below the start of the scrollable content. */
  readonly origin: number;
  /** How far the anchor is below the place where it belongs. Undefined without an anchor in the document. */
  readonly drift: number | undefined;
  readonly sizes: readonly (readonly [id: string, size: number])[];
}

export interface ScrollState {
  readonly sizes: SizeCache;
  readonly rows: Rows;
  /** Whether the viewport is attached and has a box. Without one nothing is measured and the place is kept. */
  readonly hasBox: boolean;
  readonly scrollTop: number;
  readonly height: number;
  readonly origin: number;
  readonly position: Position;
  /** The row at the start of the view, and how far above the view it begins. */
  readonly cursor: { readonly id: string; readonly above: number } | undefined;
  readonly phase: ScrollPhase;
  /** The reader scrolls: setting `scrollTop` now would cancel momentum scrolling in some browsers. */
  readonly isScrolling: boolean;
  /** Space added before the rows while the reader scrolls, in place of setting `scrollTop`. In px, may be negative. */
  readonly adjustment: number;
  readonly focused: string | undefined;
  /** The first and the last message of the text selection. */
  readonly selection: readonly [first: string, last: string] | undefined;
  readonly isPrinting: boolean;
  /** How often the rows changed because of a layout, since the last event from outside. */
  readonly passes: number;
  /** Layouts did not converge within a frame: until the next event from outside, rows are only added. */
  readonly onlyGrows: boolean;
}

export type ScrollEvent =
  | {
      readonly type: 'order';
      readonly order: MessageOrder;
      /** Undefined while nothing is attached. */
      readonly metrics: Metrics | undefined;
      /** The message at which a returning reader begins. Used when the first messages appear. */
      readonly firstUnread: string | undefined;
      /** The newest message was written by the user. */
      readonly hasSent: boolean;
    }
  | { readonly type: 'scroll'; readonly metrics: Metrics }
  /** The current rows are in the document, unpainted. */
  | { readonly type: 'committed' }
  | ({ readonly type: 'layout' } & Layout)
  /** The effects of a layout have been performed. */
  | { readonly type: 'settled'; readonly metrics: Metrics }
  /** Reports what `scrollTop` is after it was set. */
  | { readonly type: 'positioned'; readonly scrollTop: number }
  | { readonly type: 'frame' }
  | { readonly type: 'idle'; readonly metrics: Metrics | undefined }
  | { readonly type: 'attached' }
  | { readonly type: 'detached' }
  | { readonly type: 'focus'; readonly id: string | undefined }
  | { readonly type: 'select'; readonly selection: ScrollState['selection'] }
  | { readonly type: 'toEnd' }
  | { readonly type: 'toRow'; readonly id: string; readonly align: Align; readonly focus: boolean }
  | { readonly type: 'hold' }
  | { readonly type: 'print'; readonly on: boolean };

export type ScrollEffect =
  | { readonly type: 'setScrollTop'; readonly top: number }
  | { readonly type: 'scrollBy'; readonly by: number }
  /** The space in place of the rows that are not in the document, in px. */
  | { readonly type: 'setSpacers'; readonly before: number; readonly after: number }
  /** The rows changed. */
  | { readonly type: 'render' }
  /** Measures, and reports `layout` and `settled`. */
  | { readonly type: 'measure' }
  /**
   * Remembers where the first of these messages that begins in the view is, else where the last one is. `isMeasured`:
   * a layout has just put the list in place; else the content may have moved since, which the next layout puts right.
   */
  | { readonly type: 'anchor'; readonly candidates: readonly string[]; readonly isMeasured: boolean }
  | { readonly type: 'focus'; readonly id: string }
  /** The list may stand elsewhere. */
  | { readonly type: 'moved' }
  | { readonly type: 'loadOlder' }
  | { readonly type: 'startIdleTimer' }
  /** Reports `frame` in the next animation frame. */
  | { readonly type: 'requestFrame' };

export interface Transition {
  readonly state: ScrollState;
  readonly effects: readonly ScrollEffect[];
}
