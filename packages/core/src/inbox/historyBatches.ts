/** Divides a long history into batches, between which the page can paint and react to the user. */

import { normalisedContent } from '../messages/normalisedContent.ts';
import type { IncomingOperation } from '../ports/operations.ts';
import type { ChannelEvent, HistoryReceipt, IncomingMessage } from '../ports/transport.ts';

/** A history event, or a part of one. */
export type HistoryBatch = Extract<ChannelEvent, { readonly type: 'history' }> & {
  /** Messages of an earlier batch: the messages of this one belong behind them. */
  readonly after?: readonly IncomingMessage[];
  /** Another batch of the same history follows. */
  readonly continues?: boolean;
};

/** An event of the channel, with its history in batches. */
export type BatchedEvent = Exclude<ChannelEvent, { readonly type: 'history' }> | HistoryBatch;

interface Part {
  readonly messages: IncomingMessage[];
  readonly receipts: HistoryReceipt[];
  readonly operations: IncomingOperation[];
}

/**
 * Divides a history, oldest first. Receipts and operations go with the message that they name; those for messages
 * outside of this history come last.
 */
export function divideHistory(history: HistoryBatch, size: number): readonly HistoryBatch[] {
  const { messages, receipts = [], operations = [] } = history;
  if (messages.length + receipts.length + operations.length <= size) return [history];
  const firstOutside = Math.ceil(messages.length / size);
  const parts = Array.from({ length: firstOutside }, emptyPart);
  const partAt = (index: number): Part => (parts[index] ??= emptyPart());
  const byName = new Map<string, number>();
  const byId = new Map<string, number>();
  messages.forEach((message, index) => {
    const name = copyName(message);
    // The first place of a message that is repeated counts.
    const part = byName.get(name) ?? Math.floor(index / size);
    byName.set(name, part);
    byId.set(message.messageId, byId.get(message.messageId) ?? part);
    partAt(part).messages.push(message);
  });
  let outside = 0;
  const partOf = (id: string): number => byId.get(id) ?? firstOutside + Math.floor(outside++ / size);
  for (const operation of operations) {
    const part = partOf(operation.target);
    partAt(part).operations.push(operation);
    // A receipt may name an edit.
    byId.set(operation.id, part);
  }
  for (const receipt of receipts) partAt(partOf(receipt.messageId)).receipts.push(receipt);
  let after: readonly IncomingMessage[] = [];
  return parts.map((part, index) => {
    const batch = { type: 'history', ...part, after, continues: index < parts.length - 1 } as const;
    // A batch may be empty, since all its messages repeat earlier ones.
    if (part.messages.length > 0) after = part.messages;
    return batch;
  });
}

function emptyPart(): Part {
  return { messages: [], receipts: [], operations: [] };
}

/** The same for all copies of a message. */
export function copyName(message: IncomingMessage): string {
  return JSON.stringify([message.sender, message.messageId, normalisedContent(message)]);
}
