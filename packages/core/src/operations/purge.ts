/** Erases the text of a retracted message from the replies that quote it. */

import { newestFirst, putRecord, recordsWithMessageId, type Transaction } from '../engine/transaction.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';

/** What replies to a message that was retracted forgets its text; so does what is stored but not loaded. */
export function purgeExcerpts(tx: Transaction, messageId: string): void {
  for (const record of [...newestFirst(tx), ...tx.storedOnly.values()]) {
    if (record.replyTo?.id === messageId) purge(tx, record);
  }
  if (tx.context.hasStorage) tx.effects.push({ type: 'findStored', messageIds: [messageId] });
}

/** No reply that came in this transaction, from wherever, says what is known to be retracted. Called once, at its end. */
export function purgeQuotes(tx: Transaction): void {
  for (const record of tx.changes.values()) if (record !== undefined) purgeExcerpt(tx, record);
}

/** A reply that quotes a message which is known to be retracted comes without its text. */
export function purgeExcerpt(tx: Transaction, record: MessageRecord): MessageRecord {
  const { replyTo } = record;
  if (replyTo === undefined || !recordsWithMessageId(tx, replyTo.id).some(isRetracted)) return record;
  return purge(tx, record);
}

function isRetracted({ retracted }: MessageRecord): boolean {
  return retracted !== undefined;
}

function purge(tx: Transaction, record: MessageRecord): MessageRecord {
  if (record.replyTo === undefined || record.replyTo.excerpt === '') return record;
  const purged = { ...record, replyTo: { ...record.replyTo, excerpt: '' } };
  // A tab that mirrors stores nothing: the leading tab purges the reply as well.
  putRecord(tx, purged, tx.state.role === 'leader');
  if (tx.insertIfAbsent.has(record.id)) tx.insertIfAbsent.set(record.id, purged);
  return purged;
}
