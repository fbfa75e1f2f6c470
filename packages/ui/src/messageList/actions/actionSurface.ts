/** Which message of a list shows its actions. */

/** The visible actions of a message. */
export interface ShownActions {
  /** The message. */
  readonly id: string;
  /** Its element, which they stand in. */
  readonly element: HTMLElement;
  /** `question`: the confirmation of a deletion. `details`: the message details, for messages without a details button. */
  readonly kind: 'actions' | 'emojis' | 'question' | 'details';
  /** The focus goes there. */
  readonly focus: boolean;
}

/** Tracks which message shows its actions: at most one of a list. */
export interface ActionSurface {
  readonly get: () => ShownActions | undefined;
  readonly subscribe: (listener: () => void) => () => void;
  readonly show: (shown: ShownActions) => void;
  /** Shows something else of the message that shows its actions. */
  readonly change: (kind: ShownActions['kind']) => void;
  readonly hide: () => void;
  /**
   * Registers the component that shows them.
   * @param prepare loads the code of the surface.
   * @returns a function that unregisters it.
   */
  readonly attach: (prepare: () => void) => () => void;
  /** Loads what shows them, so that they show at once. */
  readonly prepare: () => void;
  readonly isAttached: () => boolean;
}

export function createActionSurface(): ActionSurface {
  const listeners = new Set<() => void>();
  let shown: ShownActions | undefined;
  const hosts = new Set<() => void>();

  function set(next: ShownActions | undefined): void {
    if (next === shown) return;
    shown = next;
    for (const listener of listeners) listener();
  }

  return {
    get: () => shown,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    show(next) {
      if (hosts.size > 0) set(next);
    },
    change(kind) {
      if (shown) set({ ...shown, kind, focus: true });
    },
    hide: () => set(undefined),
    attach(prepare) {
      // Each registration is separate, also for equal functions.
      const host = (): void => prepare();
      hosts.add(host);
      return () => void hosts.delete(host);
    },
    prepare() {
      for (const host of hosts) host();
    },
    isAttached: () => hosts.size > 0,
  };
}
