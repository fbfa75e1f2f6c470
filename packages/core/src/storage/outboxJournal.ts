/**
 * A journal in `localStorage` of messages that were sent and are not in the database when their page goes away. A
 * transaction of IndexedDB ends with its page, unless it is over; `localStorage` takes a value before the call returns.
 */

import type { MessageRecord } from '../messages/messageRecord.ts';
import { isWaiting } from '../messages/messageStatus.ts';
import type { StorageWrite } from '../ports/storage.ts';
import { systemRandom } from '../ports/systemPorts.ts';
import { tryRead } from '../validation/guards.ts';

export interface OutboxJournal {
  /** Runs a write, whose messages go into the journal if the page goes away meanwhile. */
  guard<T>(conversation: string, write: StorageWrite, run: () => Promise<T>): Promise<T>;
  /** Calls back when the page goes away, before the journal is written. The returned function ends that. */
  readonly onPageHide: (listener: () => void) => () => void;
  /** The messages of a conversation that a page left behind. */
  read(conversation: string): readonly MessageRecord[];
  /** Forgets messages: they are stored, or are not wanted any longer. */
  remove(conversation: string, ids: readonly string[]): void;
}

/** What one page left behind, by conversation. */
type Saved = Readonly<Record<string, readonly MessageRecord[]>>;

interface RunningWrite {
  readonly conversation: string;
  readonly write: StorageWrite;
}

export function createOutboxJournal(database: string): OutboxJournal {
  // Without a colon in the name, no prefix begins with that of a different database.
  const prefix = `imflow-outbox:${encodeURIComponent(database)}:`;
  const running = new Set<RunningWrite>();
  const listeners = new Set<() => void>();
  /** Of this page, while it has an entry. */
  let ownKey: string | undefined;
  let isWatching = false;

  function save(): void {
    for (const listener of listeners) listener();
    const saved = waitingIn(running);
    if (Object.keys(saved).length === 0) return;
    ownKey ??= `${prefix}${systemRandom.id()}`;
    store(ownKey, saved);
  }

  // On phones, the last event of a page is that it is hidden.
  function saveWhenHidden(): void {
    if (document.visibilityState === 'hidden') save();
  }

  /** Watches the page as long as something would be lost with it. */
  function watchPage(): void {
    const isNeeded = running.size + listeners.size > 0;
    if (isNeeded === isWatching || typeof document === 'undefined') return;
    isWatching = isNeeded;
    const act = isNeeded ? 'addEventListener' : 'removeEventListener';
    globalThis[act]('pagehide', save);
    document[act]('visibilitychange', saveWhenHidden);
  }

  function keys(): string[] {
    return tryRead(() => Object.keys(globalThis.localStorage), []).filter((key) => key.startsWith(prefix));
  }

  return {
    async guard(conversation, write, run) {
      const own = { conversation, write };
      running.add(own);
      watchPage();
      try {
        const result = await run();
        // Nothing else is running: what the journal has of this page is stored.
        if (running.size === 1 && ownKey !== undefined) store(ownKey, {});
        return result;
      } finally {
        running.delete(own);
        watchPage();
      }
    },
    onPageHide(listener) {
      listeners.add(listener);
      watchPage();
      return () => {
        listeners.delete(listener);
        watchPage();
      };
    },
    read: (conversation) => keys().flatMap((key) => load(key)[conversation] ?? []),
    remove(conversation, ids) {
      for (const key of keys()) {
        const { [conversation]: records, ...others } = load(key);
        if (records === undefined) continue;
        const left = records.filter(({ id }) => !ids.includes(id));
        store(key, left.length === 0 ? others : { ...others, [conversation]: left });
      }
    },
  };
}

/** The messages that wait to be sent once all these writes are done, by conversation. Later writes win. */
function waitingIn(writes: Iterable<RunningWrite>): Saved {
  const records = new Map<string, Map<string, MessageRecord>>();
  for (const { conversation, write } of writes) {
    const waiting = records.get(conversation) ?? new Map<string, MessageRecord>();
    records.set(conversation, waiting);
    for (const id of write.remove) waiting.delete(id);
    for (const record of write.put) {
      if (isWaiting(record)) waiting.set(record.id, record);
      else waiting.delete(record.id);
    }
  }
  const left = Array.from(records, ([conversation, waiting]) => [conversation, [...waiting.values()]] as const);
  return Object.fromEntries(left.filter(([, waiting]) => waiting.length > 0));
}

/** A host without `localStorage`, or one that refuses it, has no journal. */
function store(key: string, saved: Saved): void {
  tryRead(() => {
    if (Object.keys(saved).length === 0) globalThis.localStorage.removeItem(key);
    else globalThis.localStorage.setItem(key, JSON.stringify(saved));
  }, undefined);
}

function load(key: string): Saved {
  return tryRead(() => parse(globalThis.localStorage.getItem(key)), {});
}

/** The engine validates the records once they are read from the database. */
function parse(value: string | null): Saved {
  const saved: unknown = JSON.parse(value ?? '{}');
  if (typeof saved !== 'object' || saved === null) return {};
  const entries = Object.entries(saved).map(([conversation, records]) => [
    conversation,
    Array.isArray(records) ? records.filter(isRecord) : [],
  ]);
  return Object.fromEntries(entries) as Saved;
}

/** What `rowOf` needs of a record. */
function isRecord(value: unknown): value is MessageRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { id, order, messageId } = value as Partial<MessageRecord>;
  return typeof id === 'string' && typeof order === 'number' && typeof messageId === 'string';
}
