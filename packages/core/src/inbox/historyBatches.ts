/** Divides a long history into batches, between which the page can paint and react to the user. */

import { normalisedContent } from '../messages/normalisedContent.ts';
import type { IncomingOperation } from '../ports/operations.ts';
import type { ChannelEvent, HistoryReceipt, IncomingMessage } from '../ports/transport.ts';

/** A history event, or a part of one. */
export type HistoryBatch = Extract<ChannelEvent, { readonly type: 'history' }> & {
  /** The messages of the batch before this one: the messages of this one belong behind them. */
  readonly after?: readonly IncomingMessage[];
  /** Another batch of the same history follows. */
  readonly continues?: boolean;
};

/** An event of the channel, with its history in batches. */
export type BatchedEvent = Exclude<ChannelEvent, { readonly type: 'history' }> | HistoryBatch;

/**
 * Divides a history, oldest first. Receipts and operations go with the message that they name; those for messages
 * outside of this history go with the last batch.
 */
export function divideHistory(history: HistoryBatch, size: number): readonly HistoryBatch[] {
  const { messages, receipts = [], operations = [] } = history;
  if (messages.length <= size) return [history];
  const last = Math.ceil(messages.length / size) - 1;
  const parts = Array.from({ length: last + 1 }, () => ({
    messages: [] as IncomingMessage[],
    receipts: [] as HistoryReceipt[],
    operations: [] as IncomingOperation[],
  }));
  const byId = new Map<string, number>();
  const byName = new Map<string, number>();
  messages.forEach((message, index) => {
    const name = copyName(message);
    // The first place of a message that is repeated counts.
    const part = byName.get(name) ?? Math.floor(index / size);
    byName.set(name, part);
    byId.set(message.messageId, byId.get(message.messageId) ?? part);
    parts[part]?.messages.push(message);
  });
  for (const operation of operations) {
    const part = byId.get(operation.target) ?? last;
    parts[part]?.operations.push(operation);
    // A receipt may name an edit.
    byId.set(operation.id, part);
  }
  for (const receipt of receipts) parts[byId.get(receipt.messageId) ?? last]?.receipts.push(receipt);
  return parts.map((part, index) => ({
    type: 'history',
    ...part,
    ...(index === 0 ? {} : { after: parts[index - 1]?.messages ?? [] }),
    continues: index < last,
  }));
}

/** The same for all copies of a message. */
export function copyName(message: IncomingMessage): string {
  return JSON.stringify([message.sender, message.messageId, normalisedContent(message)]);
}
