'use client';

import { useSyncExternalStore } from 'react';
import type { sanitise } from './sanitise.ts';

let loaded: typeof sanitise | undefined;
let loading: Promise<void> | undefined;
const listeners = new Set<() => void>();

/** The sanitiser, once it is there. It is fetched when the first HTML body appears, and never on a server. */
export function useSanitiser(): typeof sanitise | undefined {
  return useSyncExternalStore(subscribe, read, onServer);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  loading ??= load();
  return () => listeners.delete(listener);
}

async function load(): Promise<void> {
  try {
    loaded = (await import('./sanitise.ts')).sanitise;
    for (const listener of listeners) listener();
  } catch {
    // The text is shown and stays; the next HTML body that appears asks again.
    loading = undefined;
  }
}

function read(): typeof sanitise | undefined {
  return loaded;
}

function onServer(): undefined {}
