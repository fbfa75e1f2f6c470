import type { MessageRecord } from '../messages/messageRecord.ts';
import type { ConversationMeta, MessageStorage, StorageWrite } from '../ports/storage.ts';

/** What is still to be stored. One write takes all of it; what a failed write did not store comes back. */
export interface StorageWriter {
  add(
    changes: ReadonlyMap<string, MessageRecord | undefined>,
    added: ReadonlyMap<string, MessageRecord>,
    meta: ConversationMeta | undefined,
  ): void;
  /** Writes all that has been added. */
  write(): Promise<Written>;
}

/** Ids of what a write has stored. */
export interface Written {
  /** They are in the storage, as they were when the write began or newer. */
  readonly stored: ReadonlySet<string>;
  /** Those of them that have not changed since. */
  readonly current: ReadonlySet<string>;
}

export function createStorageWriter(storage: MessageStorage, conversation: string): StorageWriter {
  let changes = new Map<string, MessageRecord | undefined>();
  let added = new Map<string, MessageRecord>();
  let meta: ConversationMeta | undefined;

  return {
    add(more, moreAdded, newMeta) {
      for (const [id, record] of more) changes.set(id, record);
      for (const [id, record] of moreAdded) added.set(id, record);
      meta = newMeta ?? meta;
    },
    async write() {
      const [written, writtenAdded, writtenMeta] = [changes, added, meta];
      [changes, added, meta] = [new Map(), new Map(), undefined];
      const put: MessageRecord[] = [];
      const remove: string[] = [];
      for (const [id, record] of written) {
        if (record === undefined) remove.push(id);
        else put.push(record);
      }
      const add = [...writtenAdded.values()].filter((record) => !written.has(record.id));
      const write: StorageWrite = {
        put,
        remove,
        ...(add.length === 0 ? {} : { add }),
        ...(writtenMeta === undefined ? {} : { meta: writtenMeta }),
      };
      try {
        await storage.write(conversation, write);
      } catch (error) {
        // What changed meanwhile is newer.
        changes = new Map([...written, ...changes]);
        added = new Map([...writtenAdded, ...added]);
        meta ??= writtenMeta;
        throw error;
      }
      const stored = new Set([...written.keys(), ...writtenAdded.keys()]);
      return { stored, current: new Set([...stored].filter((id) => !changes.has(id))) };
    },
  };
}
