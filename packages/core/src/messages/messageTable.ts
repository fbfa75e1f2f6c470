import type { MessageRecord } from './messageRecord.ts';
import { isWaiting } from './messageStatus.ts';
import { hasId, revisionsOf } from './revisions.ts';
import { createOrderIndex, type MessageOrder } from './orderIndex.ts';
import type { ReadonlyStore } from './readonlyStore.ts';

/** The messages of a flow, read-only. */
export interface ReadonlyMessageTable {
  get(id: string): MessageRecord | undefined;
  /** The ids in order. Its identity changes when messages come, go or move. */
  readonly order: MessageOrder;
  /** A store for one message. It costs nothing until subscribed; keep it while it is used. */
  store(id: string): ReadonlyStore<MessageRecord | undefined>;
}

/** A change of the table: the new record of an id, or undefined to remove it. */
export type MessageChanges = ReadonlyMap<string, MessageRecord | undefined>;

/**
 * The messages of a flow by id. A change of one record has the same cost at any size, and notifies only the subscribers
 * of that record.
 */
export interface MessageTable extends ReadonlyMessageTable {
  /** Applies changes; returns whether the order changed. `flush` notifies the subscribers. */
  apply(changes: MessageChanges): boolean;
  /** Notifies the subscribers of changed messages. `onError` receives what a subscriber throws. */
  flush(onError: (error: unknown) => void): void;
  /** The place of the first message of this order or a later one. */
  readonly firstFrom: (order: number) => number;
  /** All records that carry an id, as that of their message or of one of their revisions, from any sender. */
  withMessageId(messageId: string): readonly MessageRecord[];
  /** How many own messages wait, and how many failed. */
  readonly counts: { readonly waiting: number; readonly failed: number };
}

type Listener = (state: MessageRecord | undefined, previous: MessageRecord | undefined) => void;

export function createMessageTable(): MessageTable {
  const records = new Map<string, MessageRecord>();
  // A reused message id, and that of an edit, lead to records with a different id.
  const others = new Map<string, readonly string[]>();
  const listeners = new Map<string, Set<Listener>>();
  const counts = { waiting: 0, failed: 0 };
  const sorted = createOrderIndex((id) => records.get(id)?.order ?? Number.NaN);
  let unflushed = new Map<string, MessageRecord | undefined>();

  function replace(id: string, record: MessageRecord | undefined): void {
    const previous = records.get(id);
    count(previous, -1);
    count(record, 1);
    if (record === undefined) records.delete(id);
    else records.set(id, record);
    if (record !== undefined) index(record);
    if (listeners.has(id) && !unflushed.has(id)) unflushed.set(id, previous);
  }

  function index(record: MessageRecord): void {
    const revisions = record.revision === undefined ? [] : revisionsOf(record);
    for (const id of [record.messageId, ...revisions.map((revision) => revision.id)]) {
      const known = others.get(id) ?? [];
      if (id !== record.id && !known.includes(record.id)) others.set(id, [...known, record.id]);
    }
  }

  function count(record: MessageRecord | undefined, by: number): void {
    if (record?.direction !== 'outgoing') return;
    if (isWaiting(record)) counts.waiting += by;
    else if (record.status === 'failed') counts.failed += by;
  }

  return {
    counts,
    get: (id) => records.get(id),
    get order() {
      return sorted.view;
    },
    store(id) {
      return {
        getState: () => records.get(id),
        getInitialState: () => records.get(id),
        subscribe(listener) {
          const own = listeners.get(id) ?? new Set();
          listeners.set(id, own.add(listener));
          return () => {
            own.delete(listener);
            if (own.size === 0 && listeners.get(id) === own) listeners.delete(id);
          };
        },
      };
    },
    apply(changes) {
      const added: string[] = [];
      const removed = new Set<string>();
      const reordered = new Map<string, number>();
      for (const [id, record] of changes) {
        const previous = records.get(id);
        if (previous !== undefined && record === undefined) removed.add(id);
        else if (previous === undefined && record !== undefined) added.push(id);
        else if (previous?.order !== record?.order) reordered.set(id, sorted.view.indexOf(id));
      }
      for (const [id, record] of changes) if (record !== records.get(id)) replace(id, record);
      // Another order need not be another place, as long as all neighbours agree.
      if (Array.from(reordered.values()).some((place) => !sorted.isSortedAt(place))) {
        for (const id of reordered.keys()) {
          removed.add(id);
          added.push(id);
        }
      }
      const changed = added.length > 0 || removed.size > 0;
      if (changed) sorted.update(added, removed);
      return changed;
    },
    flush(onError) {
      const flushed = unflushed;
      unflushed = new Map();
      for (const [id, previous] of flushed) {
        for (const listener of listeners.get(id) ?? []) {
          try {
            listener(records.get(id), previous);
          } catch (error) {
            onError(error);
          }
        }
      }
    },
    firstFrom: sorted.firstFrom,
    withMessageId(messageId) {
      return [messageId, ...(others.get(messageId) ?? [])]
        .map((id) => records.get(id))
        .filter((record) => record !== undefined)
        .filter((record) => hasId(record, messageId));
    },
  };
}
