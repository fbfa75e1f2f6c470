import type { MessageRecord } from './messageRecord.ts';
import { isWaiting } from './messageStatus.ts';
import { normalisedContent } from './normalisedContent.ts';
import { hasId, lookupIds, revisionIds, revisionsOf } from './revisions.ts';
import { createOrderIndex, type MessageOrder } from './orderIndex.ts';
import type { ReadonlyStore } from './readonlyStore.ts';

/** The messages of a flow, read-only. */
export interface ReadonlyMessageTable {
  get(id: string): MessageRecord | undefined;
  /** The ids in order. Its identity changes when messages are added, removed or moved. */
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
  /** Notifies the subscribers of changed messages. `onError` receives the exception of a subscriber. */
  flush(onError: (error: unknown) => void): void;
  /** The place of the first message of this order or a later one. */
  readonly firstFrom: (order: number) => number;
  /** How many incoming messages that were not retracted have a higher order. */
  readonly countIncomingAfter: (order: number) => number;
  /** All records that carry an id, as that of their message or of one of their revisions, from any sender. */
  withMessageId(messageId: string): readonly MessageRecord[];
  /** All records that may reply to a message or revision with this id, or that have reactions with this id. */
  linkedTo(id: string): readonly MessageRecord[];
  /** The records of one message id, indexed by content where they are too many to compare one by one. */
  namesakes(messageId: string): Namesakes | undefined;
  /** How many own messages wait, and how many failed. */
  readonly counts: { readonly waiting: number; readonly failed: number };
}

/** The records of one message id, apart from the first. */
export interface Namesakes {
  readonly count: number;
  /** Ids of the records that may be copies of a message: of this sender, with this normalised content or retracted. */
  copies(sender: string, content: string): Iterable<string>;
}

/** From this number on, the records of one message id are also found by their content. */
const MIN_NAMESAKES = 8;

type Listener = (state: MessageRecord | undefined, previous: MessageRecord | undefined) => void;

export function createMessageTable(): MessageTable {
  const records = new Map<string, MessageRecord>();
  // A reused message id, and that of an edit, lead to records with a different id.
  const others = new Map<string, Set<string>>();
  // Ids of records by those of their reply targets and reactions, also of earlier ones.
  const links = new Map<string, Set<string>>();
  // Of ids with many records: their ids by sender and content.
  const contents = new Map<string, Map<string, Set<string>>>();
  const listeners = new Map<string, Set<Listener>>();
  const counts = { waiting: 0, failed: 0 };
  const orderOf = (id: string): number => records.get(id)?.order ?? Number.NaN;
  const sorted = createOrderIndex(orderOf);
  const incoming = createOrderIndex(orderOf);
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
    if (record.replyTo !== undefined || record.reactions !== undefined) {
      for (const id of lookupIds(record)) links.set(id, (links.get(id) ?? new Set()).add(record.id));
    }
    for (const id of revisionIds(record)) {
      const known = others.get(id);
      if (id === record.id) continue;
      if (known === undefined) others.set(id, new Set([record.id]));
      else known.add(record.id);
    }
    const { messageId } = record;
    const known = others.get(messageId);
    if (known === undefined || known.size < MIN_NAMESAKES) return;
    const byContent = contents.get(messageId);
    if (byContent !== undefined) indexContent(byContent, record);
    else contents.set(messageId, indexAll([messageId, ...known]));
  }

  function indexAll(ids: readonly string[]): Map<string, Set<string>> {
    const byContent = new Map<string, Set<string>>();
    for (const id of ids) {
      const record = records.get(id);
      if (record !== undefined) indexContent(byContent, record);
    }
    return byContent;
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
      const removed: string[] = [];
      const reordered: string[] = [];
      // Of the index of incoming messages.
      const [entering, leaving]: [string[], string[]] = [[], []];
      for (const [id, record] of changes) {
        const previous = records.get(id);
        if (previous !== undefined && record === undefined) removed.push(id);
        else if (previous === undefined && record !== undefined) added.push(id);
        else if (previous?.order !== record?.order) reordered.push(id);
        const [was, is] = [isCounted(previous), isCounted(record)];
        if (was && (!is || previous?.order !== record?.order)) leaving.push(id);
        if (is && (!was || previous?.order !== record?.order)) entering.push(id);
      }
      const orderOfNow = (id: string): number => (changes.has(id) ? changes.get(id)?.order : orderOf(id)) ?? Number.NaN;
      // A different order need not be a different index, if it still fits the neighbours.
      if (reordered.some((id) => !sorted.isSortedAt(sorted.view.indexOf(id), orderOfNow))) {
        removed.push(...reordered);
        added.push(...reordered);
      }
      sorted.remove(removed);
      incoming.remove(leaving);
      for (const [id, record] of changes) if (record !== records.get(id)) replace(id, record);
      sorted.add(added);
      incoming.add(entering);
      return added.length > 0 || removed.length > 0;
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
    firstFrom: (order) => sorted.firstFrom(order),
    countIncomingAfter: (order) => incoming.countAfter(order),
    namesakes(messageId) {
      const byContent = contents.get(messageId);
      if (byContent === undefined) return undefined;
      return {
        count: others.get(messageId)?.size ?? 0,
        copies: (sender, content) =>
          [contentKey(sender, content), contentKey(sender)].flatMap((key) => [...(byContent.get(key) ?? [])]),
      };
    },
    linkedTo: (id) =>
      Array.from(links.get(id) ?? [], (recordId) => records.get(recordId)).filter((record) => record !== undefined),
    withMessageId(messageId) {
      return [messageId, ...(others.get(messageId) ?? [])]
        .map((id) => records.get(id))
        .filter((record) => record !== undefined)
        .filter((record) => hasId(record, messageId));
    },
  };
}

function isCounted(record: MessageRecord | undefined): boolean {
  return record?.direction === 'incoming' && record.retracted === undefined;
}

function indexContent(byContent: Map<string, Set<string>>, record: MessageRecord): void {
  const { id, sender, retracted } = record;
  const keys =
    retracted === undefined
      ? revisionsOf(record).map((revision) => contentKey(sender, normalisedContent(revision)))
      : [contentKey(sender)];
  for (const key of keys) byContent.set(key, (byContent.get(key) ?? new Set()).add(id));
}

/** The key of a retracted message, which has no content. */
function contentKey(sender: string, content?: string): string {
  return JSON.stringify([sender, content]);
}
