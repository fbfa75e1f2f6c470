/** How long a message that was looked for stays marked, in ms. */
const MARKED = 2_000;

/** Marks one message for a moment, so that the reader finds it. */
export interface Mark {
  readonly isOn: (id: string) => boolean;
  readonly subscribe: (listener: () => void) => () => void;
  readonly put: (id: string) => void;
}

export function createMark(): Mark {
  const listeners = new Set<() => void>();
  let marked: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function set(id: string | undefined): void {
    marked = id;
    for (const listener of listeners) listener();
  }

  return {
    isOn: (id) => id === marked,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    put(id) {
      clearTimeout(timer);
      set(id);
      timer = setTimeout(set, MARKED);
    },
  };
}
