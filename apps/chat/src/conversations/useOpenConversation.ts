import { useSyncExternalStore } from 'react';

/** The address after the # of the page: the browser's Back leads from the conversation to the list. */
export function useOpenConversation(): string {
  return useSyncExternalStore(subscribe, read);
}

/** Opens a channel and records its events. */
export function openConversation(address: string): void {
  location.hash = encodeURIComponent(address);
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

function read(): string {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    // Not of our making.
    return '';
  }
}
