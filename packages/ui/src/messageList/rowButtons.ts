import type { MessageActionName } from './actions/messageAction.ts';

/** The actions that have buttons in the rows, so that the toolbar omits them. */
export interface RowButtons {
  /** Registers the buttons of a row. Returns a function that unregisters them. */
  readonly add: (id: string, names: readonly MessageActionName[]) => () => void;
  /** Returns the same list until it changes. */
  readonly get: (id: string) => readonly MessageActionName[];
  readonly subscribe: (listener: () => void) => () => void;
}

export const NO_BUTTONS: readonly MessageActionName[] = [];

export function createRowButtons(): RowButtons {
  const shown = new Map<string, readonly MessageActionName[]>();
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  return {
    add(id, names) {
      shown.set(id, names);
      changed();
      return () => {
        if (shown.get(id) !== names) return;
        shown.delete(id);
        changed();
      };
    },
    get: (id) => shown.get(id) ?? NO_BUTTONS,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
