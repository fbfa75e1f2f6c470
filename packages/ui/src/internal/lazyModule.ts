'use client';

/** A hook that loads a module when it is first needed. */

import { useSyncExternalStore } from 'react';

/** A hook that returns the module, and how to load it before it is needed. */
export interface LazyModule<T> {
  /** @param isNeeded whether it is loaded. Default true. */
  (isNeeded?: boolean): T | undefined;
  /** Loads it, unless that has begun. It never throws. */
  readonly preload: () => void;
}

/**
 * Creates a hook that returns the value of a lazily loaded module; undefined until it is loaded. The first component
 * that uses the hook loads the module, never on a server. After a failure, the next component tries again.
 */
export function lazyModule<T>(load: () => Promise<T>): LazyModule<T> {
  let loaded: T | undefined;
  let loading: Promise<void> | undefined;
  const listeners = new Set<() => void>();

  async function fetchOnce(): Promise<void> {
    try {
      loaded = await load();
      for (const listener of listeners) listener();
    } catch {
      loading = undefined;
    }
  }

  function subscribe(listener: () => void): () => void {
    listeners.add(listener);
    loading ??= fetchOnce();
    return () => listeners.delete(listener);
  }

  const useLoaded = (isNeeded = true): T | undefined =>
    useSyncExternalStore(
      isNeeded ? subscribe : neverChanges,
      () => loaded,
      () => undefined,
    );
  return Object.assign(useLoaded, {
    preload(): void {
      loading ??= fetchOnce();
    },
  });
}

function neverChanges(): () => void {
  return () => {};
}
