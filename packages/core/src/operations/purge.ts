/** Erases the text of a retracted message from the replies that quote it. */

import { recordsLinkedTo, putRecord, recordsWithMessageId, type Transaction } from '../engine/transaction.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import type { ReplyTarget } from '../ports/transport.ts';

/** Removes the text of a retracted message from its replies, loaded or stored. */
export function purgeExcerpts(tx: Transaction, messageId: string): void {
  for (const record of recordsLinkedTo(tx, messageId)) {
    if (record.replyTo?.id === messageId) purgeExcerpt(tx, record);
  }
  if (tx.context.hasStorage) tx.effects.push({ type: 'findStored', messageIds: [messageId] });
}

/** Removes retracted texts from the replies that arrived in this transaction. Called once, at its end. */
export function purgeQuotes(tx: Transaction): void {
  for (const record of tx.changes.values()) if (record !== undefined) purgeExcerpt(tx, record);
}

/** Removes the quoted text from a reply to a message that is known to be retracted. */
export function purgeExcerpt(tx: Transaction, record: MessageRecord): MessageRecord {
  const { replyTo } = record;
  return replyTo !== undefined && isKnownAsRetracted(tx, replyTo) ? purge(tx, record) : record;
}

/** Whether the author is known to have retracted a message, also if the message itself has never arrived. */
function isKnownAsRetracted(tx: Transaction, { id, sender }: ReplyTarget): boolean {
  if (recordsWithMessageId(tx, id).some(({ retracted }) => retracted !== undefined)) return true;
  return tx.state.unmatchedOperations.some(
    (operation) => operation.kind === 'retract' && operation.target === id && operation.sender === sender,
  );
}

function purge(tx: Transaction, record: MessageRecord): MessageRecord {
  if (record.replyTo === undefined || record.replyTo.excerpt === '') return record;
  const purged = { ...record, replyTo: { ...record.replyTo, excerpt: '' } };
  // A follower stores nothing: the leader purges the reply as well.
  putRecord(tx, purged, tx.state.role === 'leader');
  if (tx.insertIfAbsent.has(record.id)) tx.insertIfAbsent.set(record.id, purged);
  return purged;
}
