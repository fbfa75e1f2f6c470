/**
 * A journal in `localStorage` of waiting messages and operations that are not in the database when their page closes. An
 * open transaction of IndexedDB is lost with its page; `localStorage` stores a value before the call returns.
 */

import type { MessageRecord } from '../messages/messageRecord.ts';
import { isWaiting } from '../messages/messageStatus.ts';
import type { PendingOperation, StorageWrite } from '../ports/storage.ts';
import { systemRandom } from '../ports/systemPorts.ts';
import { isNumber, isObject, isString, itemsOf, tryRead } from '../validation/guards.ts';

export interface OutboxJournal {
  /** Runs a write. Its changes of the outbox go into the journal if the page closes before it ends. */
  guard<T>(conversation: string, write: StorageWrite, run: () => Promise<T>): Promise<T>;
  /** Calls back when the page closes, before the journal is written. Returns a function that unsubscribes. */
  readonly onPageHide: (listener: () => void) => () => void;
  /** Reads the entries that closed pages left for a conversation. */
  read(conversation: string): JournalEntries;
  /** Removes messages that are no longer needed. */
  remove(conversation: string, ids: readonly string[]): void;
}

export interface JournalEntries {
  /** One for each page. */
  readonly changes: readonly OutboxChanges[];
  /** Removes these entries once they are stored, unless their page has written newer ones. */
  readonly forget: () => void;
}

/** The changes that one page made in the outbox of a conversation. */
export interface OutboxChanges {
  /** Messages that wait to be sent, and those that the operations change. */
  readonly put: readonly MessageRecord[];
  /** Ids of messages that were discarded before they left. */
  readonly remove: readonly string[];
  /** Edits, retractions and reactions that wait to be sent. */
  readonly operations: readonly PendingOperation[];
}

/** The changes that one page left behind, by conversation. */
type Saved = Readonly<Record<string, OutboxChanges>>;

interface RunningWrite {
  readonly conversation: string;
  readonly write: StorageWrite;
}

export function createOutboxJournal(database: string): OutboxJournal {
  // Without a colon in the name, no prefix begins with that of a different database.
  const prefix = `imflow-outbox:${encodeURIComponent(database)}:`;
  const running = new Set<RunningWrite>();
  const listeners = new Set<() => void>();
  /** The key of the entry of this page, if it has one. */
  let ownKey: string | undefined;
  let isWatching = false;

  function save(): void {
    for (const listener of listeners) listener();
    const saved = changesOf(running);
    if (Object.keys(saved).length === 0) return;
    ownKey ??= `${prefix}${systemRandom.id()}`;
    store(ownKey, saved);
  }

  // On phones, the last event of a page is that it is hidden.
  function saveWhenHidden(): void {
    if (document.visibilityState === 'hidden') save();
  }

  /** Watches the page as long as changes would be lost with it. */
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
        // No other write is running: everything that the journal has of this page is stored.
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
    read(conversation) {
      const entries = keys().map((key) => ({ key, value: valueOf(key), saved: load(key) }));
      return {
        changes: entries.flatMap(({ saved }) => saved[conversation] ?? []).filter((changes) => !isEmpty(changes)),
        forget() {
          for (const { key, value, saved } of entries) {
            const { [conversation]: changes, ...others } = saved;
            if (changes !== undefined && valueOf(key) === value) store(key, others);
          }
        },
      };
    },
    remove(conversation, ids) {
      for (const key of keys()) {
        const { [conversation]: changes, ...others } = load(key);
        const put = changes?.put.filter(({ id }) => !ids.includes(id));
        if (changes === undefined || put === undefined || put.length === changes.put.length) continue;
        const left = { ...changes, put };
        store(key, isEmpty(left) ? others : { ...others, [conversation]: left });
      }
    },
  };
}

/** The changes of these writes in the outboxes, by conversation. Later writes win. */
function changesOf(writes: Iterable<RunningWrite>): Saved {
  const byConversation = new Map<string, StorageWrite[]>();
  for (const { conversation, write } of writes) {
    byConversation.set(conversation, [...(byConversation.get(conversation) ?? []), write]);
  }
  const changes = Array.from(byConversation, ([conversation, all]) => [conversation, merge(all)] as const);
  return Object.fromEntries(changes.filter(([, merged]) => !isEmpty(merged)));
}

function merge(writes: readonly StorageWrite[]): OutboxChanges {
  const records = new Map<string, MessageRecord | undefined>();
  const waiting = new Map<string, PendingOperation>();
  for (const { put, remove, operations } of writes) {
    for (const id of remove) records.set(id, undefined);
    for (const record of put) records.set(record.id, record);
    for (const id of operations?.remove ?? []) waiting.delete(id);
    for (const pending of operations?.put ?? []) waiting.set(pending.operation.id, pending);
  }
  const operations = [...waiting.values()];
  const targets = new Set(operations.map(({ recordId }) => recordId));
  const put = [...records.values()].filter((record) => record !== undefined);
  return {
    put: put.filter((record) => isWaiting(record) || targets.has(record.id)),
    remove: [...records].filter(([, record]) => record === undefined).map(([id]) => id),
    operations,
  };
}

function isEmpty({ put, remove, operations }: OutboxChanges): boolean {
  return put.length + remove.length + operations.length === 0;
}

/** A host without `localStorage`, or one that refuses it, has no journal. */
function store(key: string, saved: Saved): void {
  tryRead(() => {
    if (Object.keys(saved).length === 0) globalThis.localStorage.removeItem(key);
    else globalThis.localStorage.setItem(key, JSON.stringify(saved));
  }, undefined);
}

function valueOf(key: string): string | null {
  return tryRead(() => globalThis.localStorage.getItem(key), null);
}

function load(key: string): Saved {
  const saved = tryRead<unknown>(() => JSON.parse(valueOf(key) ?? '{}'), {});
  return isObject(saved) ? Object.fromEntries(Object.entries(saved).map(([name, value]) => [name, parse(value)])) : {};
}

/** The engine validates the rest once it is read from the database. */
function parse(value: unknown): OutboxChanges {
  const { put, remove, operations } = isObject(value) ? value : {};
  return {
    put: itemsOf(put).filter(isRecord),
    remove: itemsOf(remove).filter(isString),
    operations: itemsOf(operations).filter(isPendingOperation),
  };
}

/** Whether a record has the fields that the storage needs. */
export function isRecord(value: unknown): value is MessageRecord {
  if (!isObject(value)) return false;
  const { id, order, messageId } = value;
  return isString(id) && isNumber(order) && isString(messageId);
}

function isPendingOperation(value: unknown): value is PendingOperation {
  return (
    isObject(value) && isObject(value['operation']) && isString(value['operation']['id']) && isNumber(value['order'])
  );
}
