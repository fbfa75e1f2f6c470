/** Makes replies that name an edit refer to the message that was edited. */

import { putRecord, recordsOf, recordsWithMessageId, type Transaction } from '../engine/transaction.ts';
import { revisionIds } from '../messages/revisions.ts';

/**
 * Corrects the replies that came before the edit that they name. Called once, at the end of each transaction. Where the
 * edit comes first, `ingest` does it.
 */
export function correctReplies(tx: Transaction): void {
  // A follower receives them from the leader.
  if (tx.state.role === 'follower') return;
  const edited = newEdits(tx);
  if (edited.size === 0) return;
  const linked = [...edited.keys()].flatMap((id) => tx.context.table.linkedTo(id));
  const ids = new Set([...linked.map(({ id }) => id), ...tx.changes.keys(), ...tx.storedOnly.keys()]);
  for (const record of recordsOf(tx, ids)) {
    const target = record.replyTo && edited.get(record.replyTo.id);
    if (record.replyTo === undefined || target === undefined) continue;
    if (recordsWithMessageId(tx, record.replyTo.id).length > 0) continue;
    putRecord(tx, { ...record, replyTo: { ...record.replyTo, id: target } });
  }
}

/** The ids of edits that this transaction has made known, each with the id of its message. */
function newEdits(tx: Transaction): ReadonlyMap<string, string> {
  const edited = new Map<string, string>();
  for (const record of [...tx.changes.values(), ...tx.storedOnly.values()]) {
    if (record?.revision === undefined) continue;
    if (tx.context.table.get(record.id)?.revision?.id === record.revision.id) continue;
    for (const id of revisionIds(record)) if (id !== record.messageId) edited.set(id, record.messageId);
  }
  return edited;
}
