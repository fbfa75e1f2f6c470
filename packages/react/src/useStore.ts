'use client';

/** Subscribes a component to a store of the engine. */

import { useSyncExternalStore } from 'react';

/** What a store of the engine lets others do. */
interface ReadableStore<S> {
  readonly subscribe: (listener: () => void) => () => void;
  readonly getState: () => S;
  readonly getInitialState: () => S;
}

/** Reads a part of what a store holds, and renders again only when that part is another. */
export function useStore<S, T>(store: ReadableStore<S>, selector: (state: S) => T): T {
  return useSyncExternalStore(
    store.subscribe,
    () => selector(store.getState()),
    // What a server renders, and a client until it has hydrated.
    () => selector(store.getInitialState()),
  );
}
