import type { MessageRecord } from '../messages/messageRecord.ts';

/** Whether a message waits in the outbox, so that it is read back whatever its age. */
export function isWaiting(record: MessageRecord): boolean {
  return record.direction === 'outgoing' && (record.status === 'queued' || record.status === 'sending');
}
