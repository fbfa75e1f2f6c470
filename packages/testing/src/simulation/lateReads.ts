/** Notes the messages that a tab read late, for the invariants about order. */

import type { MessageRecord, MessageStorage } from '@imflow/core';

/**
 * A tab's storage that notes in `late` the ids of waiting messages that the tab read only after a read had failed: it
 * went on without them, so that later ones may have left before them. `knows` says which ones the tab had all the same.
 */
export function noteLateReads(
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
