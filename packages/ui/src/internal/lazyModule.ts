'use client';

/** A hook that loads a module when it is first needed. */

import { useSyncExternalStore } from 'react';

/**
 * Makes a hook that hands out what a module of its own holds, once it is there. It is fetched when the first component
 * asks for it, and never on a server. Where it cannot be fetched it stays away, and the next one that asks tries again.
 */
export function lazyModule<T>(load: () => Promise<T>): () => T | undefined {
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

  return () =>
    useSyncExternalStore(
      subscribe,
      () => loaded,
      () => undefined,
    );
}
