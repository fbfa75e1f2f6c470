import { useSyncExternalStore } from 'react';

/** The participants of an account, stored in this browser. */
export interface Participants {
  readonly get: () => readonly string[];
  readonly subscribe: (listener: () => void) => () => void;
  /** Adds a participant who is not in the list yet. */
  readonly add: (address: string) => void;
}

/** The largest number of stored participants. */
const MAX_ADDRESSES = 200;

/**
 * @param account the address whose conversations these are.
 * @param normal normalises an address: an earlier version may have stored another form.
 */
export function createParticipants(account: string, normal: (address: string) => string): Participants {
  const key = `imflow:participants:${account}`;
  const listeners = new Set<() => void>();
  let addresses: readonly string[] = Array.from(new Set(load(key).map(normal)));
  return {
    get: () => addresses,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    add(address) {
      if (addresses.includes(address)) return;
      addresses = [...addresses, address].slice(-MAX_ADDRESSES);
      save(key, addresses);
      for (const listener of listeners) listener();
    },
  };
}

export function useParticipants({ subscribe, get }: Participants): readonly string[] {
  return useSyncExternalStore(subscribe, get);
}

function load(key: string): readonly string[] {
  try {
    const saved: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    return Array.isArray(saved)
      ? saved.filter((each): each is string => typeof each === 'string').slice(-MAX_ADDRESSES)
      : [];
  } catch {
    // The stored list cannot be read, so it begins empty.
    return [];
  }
}

function save(key: string, addresses: readonly string[]): void {
  try {
    localStorage.setItem(key, JSON.stringify(addresses));
  } catch {
    // Without storage, the list lasts as long as the page.
  }
}
