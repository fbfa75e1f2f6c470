/** Stores drafts in the page's storage. */

/** The storage of drafts: `localStorage`, `sessionStorage` or a compatible object. */
export type DraftStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** The storage key of a draft. Without one it is not stored. */
export interface DraftPlace {
  readonly key: string | undefined;
  /** Default: `localStorage`. */
  readonly storage: DraftStorage | undefined;
}

/** Drafts that their storage refused, by their key, also empty ones. They last as long as the page. */
const unstored = new Map<string, string>();
/** The listeners for a draft in this page, by its key. */
const watchers = new Map<string, Set<() => void>>();

/** Returns the stored draft; empty if there is none. */
export function readDraft({ key, storage }: DraftPlace): string {
  if (key === undefined) return '';
  return unstored.get(key) ?? (quietly(() => (storage ?? localStorage).getItem(key)) || '');
}

/** Stores a draft; an empty one is removed. */
export function writeDraft({ key, storage }: DraftPlace, draft: string): void {
  if (key === undefined) return;
  const isStored = quietly(() => {
    const place = storage ?? localStorage;
    if (draft) place.setItem(key, draft);
    else place.removeItem(key);
    return true;
  });
  // An empty draft counts too: the storage may still have an earlier one that it cannot remove.
  if (isStored) unstored.delete(key);
  else unstored.set(key, draft);
  for (const changed of watchers.get(key) ?? []) changed();
}

/**
 * Calls back when a draft may have changed: in a different composer or tab, or while the page was in the back-forward
 * cache.
 *
 * @param view the window that shows the draft.
 * @returns a function that stops.
 */
export function watchDraft({ key }: DraftPlace, view: Window | null, changed: () => void): () => void {
  if (key === undefined) return () => {};
  const here = watchers.get(key) ?? new Set();
  watchers.set(key, here.add(changed));
  const onStorage = (event: StorageEvent): void => {
    // `clear()` names no key.
    if (event.key === key || event.key === null) changed();
  };
  // A page that returns from the back-forward cache has missed changes, and a storage of the application may report none.
  view?.addEventListener('storage', onStorage);
  for (const type of ['pageshow', 'focus']) view?.addEventListener(type, changed);
  return () => {
    here.delete(changed);
    if (here.size === 0) watchers.delete(key);
    view?.removeEventListener('storage', onStorage);
    for (const type of ['pageshow', 'focus']) view?.removeEventListener(type, changed);
  };
}

function quietly<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
