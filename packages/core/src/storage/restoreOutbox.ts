/** Creates a write from the journal of a closed page and the stored messages. */

import type { MessageRecord } from '../messages/messageRecord.ts';
import { isNewerThan, isWaiting, withAttemptsOf } from '../messages/messageStatus.ts';
import { withReactionsOf } from '../messages/revisions.ts';
import type { StorageWrite } from '../ports/storage.ts';
import type { OutboxChanges } from './outboxJournal.ts';

/**
 * Returns the write that restores the entries of a closed page. A newer stored record wins, since another tab may have
 * sent the message; a discarded message is removed only if it still waits or has failed.
 * @param storedRecord returns the stored record of a message.
 */
export function restoredWrite(
  { put, remove, operations }: OutboxChanges,
  storedRecord: (id: string) => MessageRecord | undefined,
): StorageWrite {
  return {
    put: put.map((record) => merge(record, storedRecord(record.id))).filter((record) => record !== undefined),
    remove: remove.filter((id) => isRemovable(storedRecord(id))),
    // They may have been sent in the meantime: they are sent again under their ids.
    operations: { put: operations, remove: [] },
  };
}

function isRemovable(record: MessageRecord | undefined): boolean {
  return record !== undefined && (isWaiting(record) || record.status === 'failed');
}

/** The newer record of a message; undefined if that is the stored one. */
function merge(record: MessageRecord, stored: MessageRecord | undefined): MessageRecord | undefined {
  if (stored === undefined) return record;
  // The user had sent the message again. By the statuses alone, the failure would count as the later one.
  const wasRetried = stored.status === 'failed' && record.status === 'queued';
  if (wasRetried || isNewerThan(record, stored)) return withReactionsOf(withAttemptsOf(record, stored), stored);
  const reacted = withReactionsOf(stored, record);
  return reacted === stored ? undefined : reacted;
}
