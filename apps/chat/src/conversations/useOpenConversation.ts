import { useSyncExternalStore } from 'react';

/** Returns the address in the fragment of the page's URL, so that the Back button leads from the conversation to the list. */
export function useOpenConversation(): string {
  return useSyncExternalStore(subscribe, read);
}

/** Opens a conversation, by writing its address into the fragment of the page's URL. */
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
    // The fragment was not written by this application.
    return '';
  }
}
