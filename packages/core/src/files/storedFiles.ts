/** The files of one conversation on this device, and when they are deleted. */

import type { FileHost, FileStore } from '../ports/files.ts';
import { isPending } from '../messages/messageStatus.ts';
import { createMonotonicTime } from '../time/monotonicTime.ts';

/** The files of one conversation that this device keeps until they are uploaded. */
export interface StoredFiles {
  put(id: string, file: Blob): Promise<void>;
  get(id: string): Promise<Blob | undefined>;
  /** Deletes the file of a message as soon as the message no longer needs it. */
  follow(id: string): void;
  /** Deletes a file that has no message. */
  forget(id: string): void;
  /** Ends the wait for files without a message, until there is a connection again. */
  stop(): void;
}

/** Files that have no message after this time are deleted, in ms: another tab may be about to queue it. */
const ABANDONED_AFTER = 3_600_000;

/** For how long this tab must have known such a file, in ms. The age alone may come from a clock that was set forward. */
const WATCHED_FOR = 60_000;

/**
 * Keeps the files of a conversation. A file is deleted once no message waits for its upload, neither in this tab nor in
 * the storage: after a reload, the stored message counts.
 */
export function createStoredFiles(store: FileStore, host: FileHost): StoredFiles {
  const { conversation, clock } = host;
  const now = createMonotonicTime(clock);
  /** Files that this device may have, each with the time at which this tab found it. */
  const kept = new Map<string, number>();
  /** Files that this tab stored. */
  const own = new Set<string>();
  /** Files that may have no message, by the clock of the user. */
  let old: ReadonlySet<string> = new Set();
  /** The files whose messages this tab has, or had. */
  const known = new Set<string>();
  const followed = new Set<string>();
  /** The last attempt to list the files of the device succeeded. */
  let isListed = false;
  /** How often the wait was ended. */
  let stops = 0;
  let cancelWatch: (() => void) | undefined;

  async function collect(): Promise<void> {
    for (const id of kept.keys()) if (host.record(id) !== undefined) known.add(id);
    const ids = Array.from(kept.keys()).filter((id) => host.record(id)?.uploadPending !== true);
    if (ids.length === 0) return;
    // Rejects where the storage cannot be read.
    const stored = new Map((await host.stored(ids)).map((record) => [record.id, record]));
    const unneeded = ids.filter((id) => {
      const records = [stored.get(id), host.record(id)].filter((record) => record !== undefined);
      if (records.length === 0) return known.has(id) || isAbandoned(id);
      return records.every(({ uploadPending }) => uploadPending !== true);
    });
    if (unneeded.length === 0) return;
    await store.delete(conversation, unneeded);
    for (const id of unneeded) {
      kept.delete(id);
      known.delete(id);
      own.delete(id);
    }
  }

  async function collectAll(): Promise<void> {
    isListed = false;
    const begun = stops;
    const before = clock.now() - ABANDONED_AFTER;
    const lists = [store.list(conversation, Infinity), store.list(conversation, before)] as const;
    const [all, listedBefore] = await Promise.all(lists);
    isListed = true;
    old = new Set(listedBefore);
    for (const id of all) keep(id);
    await collect();
    cancelWatch?.();
    const waits = begun === stops && listedBefore.some((id) => kept.has(id) && !own.has(id) && !known.has(id));
    if (waits) cancelWatch = clock.setTimer(() => attempt(collect()), WATCHED_FOR);
  }

  function isAbandoned(id: string): boolean {
    return old.has(id) && !own.has(id) && now() - (kept.get(id) ?? Infinity) >= WATCHED_FOR;
  }

  function keep(id: string): void {
    if (!kept.has(id)) kept.set(id, now());
  }

  function forget(id: string): void {
    keep(id);
    known.add(id);
    attempt(collect());
  }

  attempt(collectAll());
  // The tab that uploaded a file may have ended before it deleted it.
  host.onOnline(() => attempt(collectAll()));
  host.onStored(() => attempt(isListed ? collect() : collectAll()));

  return {
    put(id, file) {
      own.add(id);
      return store.put(conversation, id, file, clock.now());
    },
    get: (id) => store.get(conversation, id),
    follow(id) {
      if (followed.has(id)) return;
      followed.add(id);
      const stop = host.subscribe(id, () => {
        const record = host.record(id);
        if (record !== undefined && (record.uploadPending === true || isPending(record))) return;
        followed.delete(id);
        stop();
        forget(id);
      });
    },
    forget,
    stop() {
      stops += 1;
      cancelWatch?.();
    },
  };
}

/** A deletion that fails is repeated when the storage has changed, and by the next page. */
function attempt(work: Promise<void>): void {
  work.catch(() => {});
}
