import { FlowError } from '../errors/FlowError.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import type { SortKey } from '../messages/sortKey.ts';
import { isNewerThan } from '../messages/messageStatus.ts';
import { lookupIds } from '../messages/revisions.ts';
import { META_KEY } from '../receipts/acks.ts';
import { isObject, isString, tryRead } from '../validation/guards.ts';
import { parseRecord, parseRecords } from '../validation/records.ts';
import type {
  ConversationMeta,
  MessageStorage,
  PendingOperation,
  StorageWrite,
  StoredConversation,
  StoredPage,
} from '../ports/storage.ts';
import { parseStored, parseStoredPage } from '../validation/transportValues.ts';
import type { StoredRecords } from '../inbox/inboundQueue.ts';

/** A write-behind buffer in front of the storage. Validates stored values; failures reject with a FlowError. */
export interface WriteBuffer {
  open(limit: number): Promise<StoredConversation>;
  loadBefore(before: SortKey, limit: number): Promise<StoredPage>;
  /**
   * Returns the records that `MessageStorage.find` will return for these ids once all changes are written.
   */
  find(messageIds: readonly string[]): Promise<StoredRecords>;
  /**
   * Collects all changes that are not stored yet, for one write; those of a failed write are put back. Operations are
   * written together with the next meta data.
   */
  add(
    changes: ReadonlyMap<string, MessageRecord | undefined>,
    added: ReadonlyMap<string, MessageRecord>,
    meta: ConversationMeta | undefined,
    operations?: OperationChanges,
  ): void;
  /** Notes stored records that a different tab has changed, for the running reads. */
  noteChanged(records: readonly MessageRecord[]): void;
  /** Writes all changes that were added. */
  write(): Promise<Written>;
  /** Calls back when a newer version of the application takes over the storage. The returned function ends that. */
  onOutdated(listener: () => void): () => void;
}

/** The result of a write. */
export interface Written {
  /** Ids of records and operations that are stored in their current form. */
  readonly written: ReadonlySet<string>;
  /** The records among them. */
  readonly records: readonly MessageRecord[];
  /** The stored form of records that have changed since the write began. */
  readonly superseded: ReadonlyMap<string, MessageRecord>;
}

type Changes = ReadonlyMap<string, MessageRecord | undefined>;
/** Waiting operations by id. Undefined: the operation no longer waits. */
type OperationChanges = ReadonlyMap<string, PendingOperation | undefined>;

/**
 * @param loaded the record as this page knows it, where it is loaded.
 * @param waiting all waiting operations, for a storage that keeps them in the meta data.
 */
export function createWriteBuffer(
  storage: MessageStorage,
  conversation: string,
  loaded: (id: string) => MessageRecord | undefined = () => undefined,
  waiting: () => readonly PendingOperation[] = () => [],
): WriteBuffer {
  let changes = new Map<string, MessageRecord | undefined>();
  let added = new Map<string, MessageRecord>();
  let meta: ConversationMeta | undefined;
  let operations = new Map<string, PendingOperation | undefined>();
  /** The storage keeps operations one by one. */
  let keepsOperations = false;
  /** The changes of the running write. */
  let writing: Changes = new Map();
  let unwatchPage: (() => void) | undefined;

  /** For each running read, the changes since it began. */
  const reads = new Set<Map<string, MessageRecord | undefined>>();

  /** A storage may return the state at the beginning of a read. `changed`: the changes since then. */
  async function read<T>(call: () => Promise<T>): Promise<{ readonly value: T; readonly changed: Changes }> {
    const changed = new Map([...writing, ...changes]);
    reads.add(changed);
    try {
      return { value: await checked(call), changed };
    } finally {
      reads.delete(changed);
    }
  }

  const isEmpty = (): boolean => changes.size === 0 && added.size === 0 && meta === undefined;

  function dueOperations(): OperationChanges {
    if (meta === undefined) return new Map();
    return keepsOperations ? operations : new Map(waiting().map((pending) => [pending.operation.id, pending]));
  }

  /** Writes the changes that wait for a running write or the next attempt. They still wait, since the page may continue. */
  function writeWaiting(): void {
    if (isEmpty()) return;
    const write = { ...writeOf(changes, added), ...metaOf(meta, dueOperations(), keepsOperations) };
    checked(() => storage.write(conversation, write)).catch(() => {});
  }

  /** Watches the page while changes would be lost with it. */
  function watchPage(): void {
    if (!isEmpty()) {
      unwatchPage ??= tryRead(() => storage.onPageHide?.(writeWaiting), undefined);
      return;
    }
    tryRead(() => unwatchPage?.(), undefined);
    unwatchPage = undefined;
  }

  return {
    async open(limit) {
      const { value, changed } = await read(() => storage.open(conversation, limit));
      const stored = parseStored(value);
      keepsOperations = stored.operations !== undefined;
      const { records, outbox, pendingReceipts } = stored;
      return {
        ...stored,
        records: replaceChanged(records, changed, loaded),
        outbox: replaceChanged(outbox, changed, loaded),
        ...(pendingReceipts && { pendingReceipts: replaceChanged(pendingReceipts, changed, loaded) }),
      };
    },
    async loadBefore(before, limit) {
      const { value, changed } = await read(() => storage.loadBefore(conversation, before, limit));
      const page = parseStoredPage(value);
      return { ...page, records: replaceChanged(page.records, changed, loaded) };
    },
    onOutdated: (listener) => tryRead(() => storage.onOutdated?.(listener), undefined) ?? (() => {}),
    async find(messageIds) {
      const { value, changed } = await read(() => storage.find(conversation, messageIds));
      const found = new Map<string, MessageRecord[]>();
      for (const record of parseRecords(value)) {
        for (const id of lookupIds(record)) found.set(id, [...(found.get(id) ?? []), record]);
      }
      // Several items share the found records, and each may change them for the next.
      const latest = (record: MessageRecord): MessageRecord | undefined => {
        const { id } = record;
        const newest = [changes, writing, changed].find((some) => some.has(id));
        return newest === undefined ? record : newest.get(id);
      };
      return (messageId) => (found.get(messageId) ?? []).map(latest).filter((record) => record !== undefined);
    },
    add(more, moreAdded, newMeta, moreOperations = new Map()) {
      for (const some of [changes, ...reads]) for (const [id, record] of more) some.set(id, record);
      for (const [id, record] of moreAdded) added.set(id, record);
      meta = newMeta ?? meta;
      for (const [id, pending] of moreOperations) operations.set(id, pending);
      watchPage();
    },
    noteChanged(records) {
      for (const changed of reads) for (const record of records) changed.set(record.id, record);
    },
    async write() {
      const [written, writtenAdded, writtenMeta, writtenOperations] = [changes, added, meta, dueOperations()];
      [changes, added, meta] = [new Map(), new Map(), undefined];
      if (writtenMeta !== undefined) operations = new Map();
      writing = written;
      try {
        const write = {
          ...writeOf(written, writtenAdded),
          ...metaOf(writtenMeta, writtenOperations, keepsOperations),
        };
        await checked(() => storage.write(conversation, write));
      } catch (error) {
        // Changes of the meantime are newer.
        changes = new Map([...written, ...changes]);
        added = new Map([...writtenAdded, ...added]);
        meta ??= writtenMeta;
        operations = new Map([...writtenOperations, ...operations]);
        throw error;
      } finally {
        writing = new Map();
        watchPage();
      }
      // Records that changed in the meantime are stored in their earlier form.
      const all = [...writtenAdded, ...written];
      const superseded = new Map<string, MessageRecord>();
      for (const [id, record] of all) if (record !== undefined && changes.has(id)) superseded.set(id, record);
      const latest = all.filter(([id]) => !changes.has(id));
      const ids = latest.map(([id]) => id);
      const records = latest.map(([, record]) => record).filter((record) => record !== undefined);
      const stored = Array.from(writtenOperations.keys()).filter((id) => !operations.has(id));
      const isMetaLatest = writtenMeta !== undefined && meta === undefined;
      return { written: new Set([...ids, ...stored, ...(isMetaLatest ? [META_KEY] : [])]), records, superseded };
    },
  };
}

function writeOf(changes: Changes, added: ReadonlyMap<string, MessageRecord>): StorageWrite {
  const put: MessageRecord[] = [];
  const remove: string[] = [];
  for (const [id, record] of changes) {
    if (record === undefined) remove.push(id);
    else put.push(record);
  }
  const add = [...added.values()].filter((record) => !changes.has(record.id));
  return { put, remove, ...(add.length === 0 ? {} : { add }) };
}

function metaOf(
  meta: ConversationMeta | undefined,
  changes: OperationChanges,
  keepsOperations: boolean,
): Pick<StorageWrite, 'meta' | 'operations'> {
  if (meta === undefined || changes.size === 0) return meta === undefined ? {} : { meta };
  const put = [...changes.values()].filter((pending) => pending !== undefined);
  if (!keepsOperations) return { meta: { ...meta, pendingOperations: put } };
  return { meta, operations: { put, remove: [...changes.keys()].filter((id) => changes.get(id) === undefined) } };
}

/**
 * The current records of a page, unchecked: as read, unless the buffer has a newer form. Removed ones are left out.
 */
function replaceChanged(
  records: readonly unknown[],
  changed: Changes,
  loaded: (id: string) => MessageRecord | undefined,
): readonly unknown[] {
  return records.flatMap((record) => {
    const id = tryRead(() => (isObject(record) && isString(record['id']) ? record['id'] : undefined), undefined);
    if (id === undefined || !changed.has(id)) return [record];
    // A record that is written ahead counts the next attempt.
    const current = changed.get(id) && (loaded(id) ?? changed.get(id));
    if (current === undefined) return [];
    const stored = parseRecord(record);
    return [stored !== undefined && isNewerThan(stored, current) ? record : current];
  });
}

/** Calls a function, and converts an exception into a rejection with a FlowError. */
async function checked<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (tryRead(() => error instanceof FlowError, false)) throw error;
    const problem = 'The storage failed; messages stay in memory until it works again.';
    throw new FlowError('storage', problem, { cause: error });
  }
}
