/** Where drafts are kept: `localStorage`, `sessionStorage` or anything like them. */
export type DraftStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** The draft kept under a key, or nothing. Storages may refuse: then a draft lives as long as the page. */
export function readDraft(storage: DraftStorage | undefined, key: string | undefined): string {
  return (key !== undefined && quietly(() => (storage ?? localStorage).getItem(key))) || '';
}

/** Keeps a draft; an empty one is forgotten. */
export function writeDraft(storage: DraftStorage | undefined, key: string | undefined, draft: string): void {
  if (key === undefined) return;
  quietly(() => {
    const place = storage ?? localStorage;
    if (draft) place.setItem(key, draft);
    else place.removeItem(key);
  });
}

function quietly<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
