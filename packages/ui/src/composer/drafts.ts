/** Stores drafts in the page's storage. */

/** Where drafts are kept: `localStorage`, `sessionStorage` or anything like them. */
export type DraftStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** The place of a draft. Without a key it is kept nowhere. */
export interface DraftPlace {
  readonly key: string | undefined;
  /** Default: `localStorage`. */
  readonly storage: DraftStorage | undefined;
}

/** Drafts that their storage refused, by their key: they live as long as the page. */
const unstored = new Map<string, string>();
/** Those who show a draft in this page, by its key. */
const watchers = new Map<string, Set<() => void>>();

/** The draft kept at a place, or nothing. */
export function readDraft({ key, storage }: DraftPlace): string {
  if (key === undefined) return '';
  return unstored.get(key) ?? (quietly(() => (storage ?? localStorage).getItem(key)) || '');
}

/** Keeps a draft; an empty one is forgotten. */
export function writeDraft({ key, storage }: DraftPlace, draft: string): void {
  if (key === undefined) return;
  const isStored = quietly(() => {
    const place = storage ?? localStorage;
    if (draft) place.setItem(key, draft);
    else place.removeItem(key);
    return true;
  });
  if (isStored || !draft) unstored.delete(key);
  else unstored.set(key, draft);
  for (const changed of watchers.get(key) ?? []) changed();
}

/**
 * Calls back when a draft may have changed: by another composer of this page or another tab, or while the page was away.
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
  // A page that comes back from the browser's memory has missed what happened meanwhile; a storage of the
  // application's own may report nothing.
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
