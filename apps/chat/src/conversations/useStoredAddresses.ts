import { useCallback, useState } from 'react';

/** Addresses that are stored in this browser under a key, such as those of pinned conversations. */
export function useStoredAddresses(key: string): [readonly string[], (addresses: readonly string[]) => void] {
  const [addresses, setAddresses] = useState(() => read(key));
  const change = useCallback(
    (next: readonly string[]) => {
      setAddresses(next);
      try {
        localStorage.setItem(key, JSON.stringify(next));
      } catch {
        // Without storage, the addresses last as long as the page.
      }
    },
    [key],
  );
  return [addresses, change];
}

function read(key: string): readonly string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    return Array.isArray(stored) ? stored.filter((each) => typeof each === 'string') : [];
  } catch {
    return [];
  }
}
