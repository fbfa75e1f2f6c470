/** Where the page says that it is put away and taken out again; a window, for instance. */
export interface PageEvents {
  addEventListener(type: 'pagehide' | 'pageshow', listener: () => void): void;
  removeEventListener(type: 'pagehide' | 'pageshow', listener: () => void): void;
}

/** The page of the host, where it has one. */
export function hostPage(): PageEvents | undefined {
  return typeof globalThis.addEventListener === 'function' ? globalThis : undefined;
}

/**
 * Calls `hide` when the page is left or put into the back-forward cache, and `show` when it comes back from there.
 * Returns a function that stops it.
 */
export function watchPage(page: PageEvents | undefined, hide: () => void, show: () => void): () => void {
  page?.addEventListener('pagehide', hide);
  page?.addEventListener('pageshow', show);
  return () => {
    page?.removeEventListener('pagehide', hide);
    page?.removeEventListener('pageshow', show);
  };
}
