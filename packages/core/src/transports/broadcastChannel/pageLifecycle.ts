/** The source of the page's `pagehide` and `pageshow` events, such as `window`. */
export interface PageEvents {
  addEventListener(type: 'pagehide' | 'pageshow', listener: () => void): void;
  removeEventListener(type: 'pagehide' | 'pageshow', listener: () => void): void;
}

/** The page events of the host; undefined outside of a browser. */
export function hostPage(): PageEvents | undefined {
  return typeof globalThis.addEventListener === 'function' ? globalThis : undefined;
}

/**
 * Calls `hide` when the page is left or put into the back-forward cache, and `show` when it returns from the cache.
 * Returns a function that unsubscribes.
 */
export function watchPage(page: PageEvents | undefined, hide: () => void, show: () => void): () => void {
  page?.addEventListener('pagehide', hide);
  page?.addEventListener('pageshow', show);
  return () => {
    page?.removeEventListener('pagehide', hide);
    page?.removeEventListener('pageshow', show);
  };
}
