/** Merges pages of the server's history into the messages that are known. */

import { ackOrDefer, rejectionKey } from '../receipts/acks.ts';
import { advanceReadMarkers, putRecord, recordOf, type Transaction } from '../engine/transaction.ts';
import type { IncomingMessage } from '../ports/transport.ts';
import { findDuplicate, ingest, type MessageSource, normalisedContent, progressEcho } from './ingest.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import { firstSortKey, sortKeyAfter, sortKeyBefore, takeSortKey } from './sortKeys.ts';

/**
 * Merges messages in the server's order. Known messages keep their place as long as it agrees with that order; new ones
 * go between their neighbours. Own messages that still wait have no place on the network and are not moved. Where the
 * transport has a message twice, as after a retry, its first place counts.
 */
export function merge(tx: Transaction, snapshot: readonly IncomingMessage[], arrival: MessageSource): void {
  // Own messages first: those that waited get their places, and then their neighbours' follow.
  for (const message of snapshot) {
    const record = findDuplicate(tx, message);
    if (record?.direction === 'outgoing') progressEcho(tx, record);
  }
  const messages = withoutRepetitions(tx, snapshot);
  const known = messages.map((message) => findDuplicate(tx, message));
  // Copies of known messages too: a transport may not know what it has delivered, and waits for each ack.
  const confirm = ({ messageId }: IncomingMessage, record: MessageRecord | undefined): void => {
    if (arrival !== 'older') ackOrDefer(tx, { id: record?.id ?? rejectionKey(messageId), messageId });
  };
  let low = -Infinity;
  messages.forEach((message, index) => {
    const record = known[index];
    if (record !== undefined) {
      ingest(tx, message, arrival, takeSortKey);
      confirm(message, record);
      const placed = recordOf(tx, record.id);
      if (placed === undefined) return;
      const moves = placed.order <= low && !tx.storedOnly.has(placed.id);
      if (moves) putRecord(tx, { ...placed, order: sortKeyAfter(tx, low, 1) });
      low = Math.max(low, recordOf(tx, placed.id)?.order ?? low);
      return;
    }
    const run = known.slice(index).findIndex((candidate) => candidate !== undefined);
    const following = run === -1 ? undefined : recordOf(tx, known[index + run]?.id ?? '');
    const order = (): number => {
      if (following !== undefined && following.order > low) return sortKeyBefore(tx, following.order, run);
      if (low !== -Infinity) return sortKeyAfter(tx, low, run === -1 ? messages.length - index : run);
      return arrival === 'older' ? firstSortKey(tx) - (messages.length - index) : takeSortKey(tx);
    };
    const added = ingest(tx, message, arrival, order);
    confirm(message, added);
    low = added?.order ?? low;
  });
  const taken = new Set(messages);
  for (const message of snapshot) if (!taken.has(message)) confirm(message, findDuplicate(tx, message));
}

/** A message that is known from a different archive position, or that was seen before, does not define the order. */
function withoutRepetitions(tx: Transaction, messages: readonly IncomingMessage[]): readonly IncomingMessage[] {
  const named = new Set<string>();
  return messages.filter((message) => {
    const position = findDuplicate(tx, message)?.position ?? message.position;
    const name = JSON.stringify([message.sender, message.messageId, normalisedContent(message)]);
    const isRepetition = named.has(name) || (message.position !== undefined && message.position !== position);
    named.add(name);
    return !isRepetition;
  });
}

/** A page from before all that is known. It counts as read; returns how many messages are new. */
export function mergeOlder(tx: Transaction, messages: readonly IncomingMessage[]): number {
  const { get, order: view } = tx.context.table;
  merge(tx, messages, 'older');
  let first = Infinity;
  for (const id of view) {
    first = Math.min(first, recordOf(tx, id)?.order ?? first);
    if (!tx.changes.has(id)) break;
  }
  const added = Array.from(tx.changes.values()).filter(
    (record) => record !== undefined && get(record.id) === undefined,
  );
  const read = added.map((record) => record?.order ?? first).filter((order) => order < first);
  advanceReadMarkers(tx, { displayedOrder: Math.max(...read) });
  return added.length;
}
