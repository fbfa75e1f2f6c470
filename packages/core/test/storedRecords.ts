import type { MessageRecord, MessageStatus } from '../src/messages/messageRecord.ts';
import type { StorageWrite } from '../src/ports/storage.ts';

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
