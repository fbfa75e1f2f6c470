import type { MessageRecord } from '../messages/messageRecord.ts';
import type { ConversationMeta, MessageStorage, StorageWrite } from '../ports/storage.ts';

/** What is still to be stored. One write takes all of it; what a failed write did not store comes back. */
export interface StorageWriter {
  add(changes: ReadonlyMap<string, MessageRecord | undefined>, meta: ConversationMeta | undefined): void;
  /** Writes all that has been added. Resolves with the ids that are stored now. */
  write(): Promise<ReadonlySet<string>>;
}

export function createStorageWriter(storage: MessageStorage, conversation: string): StorageWriter {
  let changes = new Map<string, MessageRecord | undefined>();
  let meta: ConversationMeta | undefined;

  return {
    add(more, newMeta) {
      for (const [id, record] of more) changes.set(id, record);
      meta = newMeta ?? meta;
    },
    async write() {
      const [written, writtenMeta] = [changes, meta];
      [changes, meta] = [new Map(), undefined];
      const put: MessageRecord[] = [];
      const remove: string[] = [];
      for (const [id, record] of written) {
        if (record === undefined) remove.push(id);
        else put.push(record);
      }
      const write: StorageWrite = { put, remove, ...(writtenMeta === undefined ? {} : { meta: writtenMeta }) };
      try {
        await storage.write(conversation, write);
      } catch (error) {
        // What changed meanwhile is newer.
        changes = new Map([...written, ...changes]);
        meta ??= writtenMeta;
        throw error;
      }
      return new Set(written.keys());
    },
  };
}
