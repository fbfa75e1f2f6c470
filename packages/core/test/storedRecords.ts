import { type MessageRecord, type MessageStatus, PENDING_ORDER } from '../src/messages/messageRecord.ts';
import type { PendingOperation, StorageWrite } from '../src/ports/storage.ts';

export function incoming(id: string, order: number, changes: Partial<MessageRecord> = {}): MessageRecord {
  return {
    id,
    messageId: id,
    direction: 'incoming',
    sender: 'bo',
    contentType: 'text/plain',
    body: `text of ${id}`,
    order,
    at: 1,
    status: 'delivered',
    attempts: 0,
    timestamps: { delivered: 1 },
    deliveryFailures: [],
    isContentTypeSupported: true,
    ...changes,
  };
}

export function outgoing(id: string, order: number, status: MessageStatus): MessageRecord {
  return incoming(id, order, { direction: 'outgoing', sender: 'ana', status });
}

export const change = (changes: Partial<StorageWrite>): StorageWrite => ({ put: [], remove: [], ...changes });

/** A reaction that waits in the outbox, after `place` other items. */
export function reaction(id: string, place: number, recordId = 'm'): PendingOperation {
  const operation = { kind: 'react', id, target: recordId, sequence: place, emojis: ['👍'] } as const;
  return { operation, recordId, order: PENDING_ORDER + place };
}
