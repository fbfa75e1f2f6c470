/** Records the messages that a tab read late, for the invariants about order. */

import type { MessageRecord, MessageStorage } from '@imflow/core';

/**
 * Wraps the storage of a tab. After a failed read, the tab sends without the stored outbox, so later messages may leave
 * before the stored ones. The ids of those are added to `late`, unless the tab knows them anyway.
 */
export function recordLateReads(
  storage: MessageStorage,
  knows: (id: string) => boolean,
  late: Set<string>,
): MessageStorage {
  let failed = false;
  return {
    ...storage,
    async open(conversation, limit) {
      try {
        const stored = await storage.open(conversation, limit);
        const waiting = failed ? (stored.outbox as readonly MessageRecord[]) : [];
        for (const { id } of waiting) if (!knows(id)) late.add(id);
        return stored;
      } catch (error) {
        failed = true;
        throw error;
      }
    },
  };
}
