/**
 * Edits of messages that have not left, while the storage may fail. After a crash the next page sends the text that is
 * stored, so only that text may be sent under the id of the message (decision 43).
 */

import { putRecord, recordOf, setState, type Transaction } from '../engine/transaction.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import { isWaiting } from '../messages/messageStatus.ts';
import { applyOperation, firstRevision, hasLaterRevision } from '../messages/revisions.ts';
import { addOperation } from '../outbox/handlers.ts';
import { isInFlight } from '../outbox/machine.ts';

/** A text that was changed in place and is not stored yet. */
export interface Rewrite {
  /** The last edit that changed it. */
  readonly editId: string;
  /** The stored form of the message. */
  readonly stored: StoredText;
  /** The running write contains the new text. */
  readonly isBeingWritten: boolean;
}

type StoredText = Pick<MessageRecord, 'contentType' | 'body' | 'revision'>;

/** Keeps the stored text of a message whose text changes in place. */
export function noteRewrite(tx: Transaction, record: MessageRecord, editId: string): void {
  // A message whose file is not uploaded was not sent under this id: the next page uploads the file again.
  if (!tx.context.hasStorage || record.uploadPending === true) return;
  const stored = tx.state.rewrites.get(record.id)?.stored ?? textOf(record);
  const rewrite = { editId, stored, isBeingWritten: false };
  setState(tx, { rewrites: new Map([...tx.state.rewrites, [record.id, rewrite]]) });
}

/** A write begins: it contains all changes. */
export function noteWriting(tx: Transaction): void {
  const { rewrites, lastPendingOrder } = tx.state;
  const taken = Array.from(rewrites, ([id, rewrite]) => [id, { ...rewrite, isBeingWritten: true }] as const);
  setState(tx, { writingOrder: lastPendingOrder, ...(taken.length > 0 ? { rewrites: new Map(taken) } : {}) });
}

/**
 * A write has succeeded.
 * @param written ids of records that are stored in their current form.
 * @param superseded the stored form of records that have changed since the write began.
 */
export function noteWritten(
  tx: Transaction,
  written: ReadonlySet<string>,
  superseded: ReadonlyMap<string, MessageRecord>,
): void {
  noteStoredOrder(tx, tx.state.writingOrder);
  if (tx.state.rewrites.size === 0) return;
  const rewrites = new Map<string, Rewrite>();
  for (const [id, rewrite] of tx.state.rewrites) {
    const record = superseded.get(id);
    if (!written.has(id)) rewrites.set(id, record === undefined ? rewrite : { ...rewrite, stored: textOf(record) });
  }
  setState(tx, { rewrites });
}

/** Own messages up to this order may be stored, by this tab or a different one. */
export function noteStoredOrder(tx: Transaction, order: number): void {
  if (order > tx.state.storedOrder) setState(tx, { storedOrder: order });
}

/**
 * The storage fails or hangs, and nothing waits for it any longer: if it holds an earlier text of a message, that text is
 * sent, and the new one follows it as an edit. The changes of a write that hangs count as stored.
 */
export function separateRewrites(tx: Transaction): void {
  const { rewrites, persistence } = tx.state;
  if (rewrites.size === 0) return;
  const hangs = persistence.state === 'writing';
  setState(tx, { rewrites: new Map(Array.from(rewrites).filter(([, { isBeingWritten }]) => hangs && isBeingWritten)) });
  for (const [id, rewrite] of rewrites) {
    const record = recordOf(tx, id);
    if (record === undefined || tx.state.rewrites.has(id) || !mayBeStored(tx, record)) continue;
    if (isUnsent(tx, record) && !hasLaterRevision(record)) separate(tx, record, rewrite);
  }
}

/** Whether a message waits and was never passed to the transport. */
export function isUnsent(tx: Transaction, record: MessageRecord): boolean {
  if (!isWaiting(record) || isInFlight(tx.state.outbox, record.id)) return false;
  const { status, attempts } = firstRevision(record);
  return status === 'queued' && attempts === 0;
}

function separate(tx: Transaction, record: MessageRecord, { editId, stored }: Rewrite): void {
  const { messageId, sender, contentType, body, revision, ...rest } = record;
  const { wall } = tx.context;
  const sequence = Math.max(wall, (revision?.sequence ?? 0) + 1);
  const edit = { id: editId, target: messageId, sequence, kind: 'edit', contentType, body } as const;
  const state = { status: 'queued', attempts: 0, timestamps: { queued: wall }, deliveryFailures: [] } as const;
  const next = applyOperation({ ...rest, messageId, sender, ...stored }, edit, sender, state, wall);
  putRecord(tx, next);
  tx.effects.push({ type: 'unfollow', id: editId, messageId: record.id });
  addOperation(tx, next, edit);
}

function mayBeStored(tx: Transaction, { order }: MessageRecord): boolean {
  const { persistence, storedOrder, writingOrder } = tx.state;
  return order <= (persistence.state === 'writing' ? Math.max(storedOrder, writingOrder) : storedOrder);
}

function textOf({ contentType, body, revision }: MessageRecord): StoredText {
  return { contentType, body, ...(revision === undefined ? {} : { revision }) };
}
