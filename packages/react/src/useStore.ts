'use client';

/** Subscribes a component to a store of the engine. */

import { useSyncExternalStore } from 'react';

/** The interface of the engine's stores. */
interface ReadableStore<S> {
  readonly subscribe: (listener: () => void) => () => void;
  readonly getState: () => S;
  readonly getInitialState: () => S;
}

/** Reads a part of a store. Re-renders only when that part changes. */
export function useStore<S, T>(store: ReadableStore<S>, selector: (state: S) => T): T {
  return useSyncExternalStore(
    store.subscribe,
    () => selector(store.getState()),
    // The state that a server renders, and a client until it has hydrated.
    () => selector(store.getInitialState()),
  );
}
