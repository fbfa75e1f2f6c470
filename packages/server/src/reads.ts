/** Batches reads of the store that often come together, for example when all clients reconnect. */

import { createGroupCommit } from './groupCommit.ts';
import type { Change, Cursor, Device, EntryStatus, Store, StoredEntry, Stretch } from './store/store.ts';

/** How many entries of a conversation are read together. */
export const PAGE_LENGTH = 100;
/** The number of entries that one statement reads at most: it limits the memory of a read. */
const MAX_ENTRIES = 2_000;
/** The number of pages of changes that one statement reads at most; a change is short. */
const MAX_PAGES = 100;
const MAX_ITEMS = 500;

/** The batched reads of the store. Each rejects if the store fails. */
export interface Reads {
  /** Signs in a device. Resolves with the participants from whom entries wait for it. */
  signIn(device: Device): Promise<readonly string[]>;
  /** How far the log of a conversation goes, and the cursor of a device. */
  cursor(of: Omit<Cursor, 'position'>): Promise<{ readonly cursor: number; readonly head: number }>;
  /** At most `PAGE_LENGTH` entries of a stretch. */
  entriesAfter(stretch: Stretch): Promise<readonly StoredEntry[]>;
  /** At most `PAGE_LENGTH` changes, or more where they belong to one receipt. */
  changesAfter(change: Change): Promise<readonly EntryStatus[]>;
  lastSeen(user: string): Promise<number | undefined>;
  /** Saves the time at which a user disconnected. */
  saveSeen(user: string): Promise<void>;
}

export function createReads(store: Store, now: () => number): Reads {
  const signIns = createGroupCommit<Device, readonly string[]>({
    maxItems: MAX_ITEMS,
    async commit(devices) {
      await store.signIn(devices, now());
      return store.waiting(devices);
    },
  });
  const cursors = createGroupCommit<Omit<Cursor, 'position'>, { cursor: number; head: number }>({
    maxItems: MAX_ITEMS,
    async commit(batch) {
      const [positions, heads] = await Promise.all([
        store.cursors(batch),
        store.heads(Array.from(new Set(batch.map(({ conversation }) => conversation)))),
      ]);
      return batch.map(({ conversation }, index) => ({
        cursor: positions[index] ?? 0,
        head: heads.get(conversation) ?? 0,
      }));
    },
  });
  const entries = createGroupCommit<Stretch, readonly StoredEntry[]>({
    maxItems: MAX_ENTRIES,
    sizeOf: ({ position, upTo }) => Math.min(PAGE_LENGTH, upTo - position),
    commit: (stretches) => store.entriesAfter(stretches, PAGE_LENGTH),
  });
  const changes = createGroupCommit<Change, readonly EntryStatus[]>({
    maxItems: MAX_PAGES,
    commit: (wanted) => store.changesAfter(wanted, PAGE_LENGTH),
  });
  const seen = createGroupCommit<string, number | undefined>({
    maxItems: MAX_ITEMS,
    async commit(users) {
      const times = await store.lastSeen(Array.from(new Set(users)));
      return users.map((user) => times.get(user));
    },
  });
  const left = createGroupCommit<string, void>({
    maxItems: MAX_ITEMS,
    async commit(users) {
      await store.saveSeen(users, now());
      return users.map(() => undefined);
    },
  });
  return {
    signIn: (device) => signIns.add(device),
    cursor: (of) => cursors.add(of),
    entriesAfter: (stretch) => entries.add(stretch),
    changesAfter: (change) => changes.add(change),
    lastSeen: (user) => seen.add(user),
    saveSeen: (user) => left.add(user),
  };
}
