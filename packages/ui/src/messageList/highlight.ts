/** Highlights a message for a moment. */

/** The duration of a highlight, in ms. */
const HIGHLIGHT_TIME = 2_000;

/** Highlights one message for a moment. */
export interface Highlight {
  readonly isHighlighted: (id: string) => boolean;
  readonly subscribe: (listener: () => void) => () => void;
  /** Highlights this message instead of the one before. */
  readonly show: (id: string) => void;
}

export function createHighlight(): Highlight {
  const listeners = new Set<() => void>();
  let highlighted: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function set(id: string | undefined): void {
    highlighted = id;
    for (const listener of listeners) listener();
  }

  return {
    isHighlighted: (id) => id === highlighted,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    show(id) {
      clearTimeout(timer);
      set(id);
      timer = setTimeout(set, HIGHLIGHT_TIME);
    },
  };
}
