import type { Align, Rows } from './state.types.ts';

/** The interface of the scroll engine to the components. Only the list scrolls, never the page. */
export interface Scroller {
  readonly viewport: () => HTMLElement | null;
  /** The ref of the element that scrolls. */
  readonly attachViewport: (element: HTMLElement | null) => void;
  /** The ref of the element that contains the rows and nothing else. */
  readonly attachRows: (element: HTMLElement | null) => void;
  readonly rows: {
    readonly get: () => Rows;
    readonly subscribe: (listener: () => void) => () => void;
  };
  /** Call it when rows were rendered, before they are painted. */
  readonly rendered: () => void;
  readonly isAtEnd: () => boolean;
  /** Calls the listener when `isAtEnd` changes. */
  readonly subscribe: (listener: () => void) => () => void;
  /** The focus is in this message. Its row stays in the document and in its place. */
  readonly focusIn: (id: string | undefined) => void;
  readonly toEnd: () => void;
  /**
   * Keeps an element in place while a change that the reader asked for, such as "Show more", resizes something visible.
   */
  readonly hold: (element: Element) => void;
  /** Calls the listener when the list may stand elsewhere. */
  readonly watch: (listener: () => void) => () => void;
  /**
   * The message at the start of the view, and how much of its row is above it, in px; negative where the row begins
   * below.
   */
  readonly firstInView: () => { readonly id: string; readonly above: number } | undefined;
  /** The offset of the row of a message; undefined without a row. */
  readonly placeOf: (id: string) => 'above' | 'in view' | 'below' | undefined;
  readonly toRow: (id: string, align: Align) => void;
  /** Scrolls to a row and gives it the focus. Default `nearest`: no farther than necessary. */
  readonly focusRow: (id: string, align?: Align) => void;
}
