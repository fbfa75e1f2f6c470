/** The calls that put messages into the outbox or take them out: send, retry, discard. */

import {
  postToTabs,
  putRecord,
  raiseEvent,
  raiseStatusChanged,
  recordOf,
  removeRecord,
  setState,
  settle,
  type SettledReason,
  type Transaction,
} from '../engine/transaction.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import { isPending, requeue } from '../messages/messageStatus.ts';
import {
  applyOperation,
  firstRevision,
  mapRevision,
  revisionId,
  revisionsOf,
  withoutNewestRevision,
} from '../messages/revisions.ts';
import { dispatchLocalComposing } from '../typing/handlers.ts';
import {
  addOperation,
  dropOperations,
  enqueue,
  holdOf,
  leaveOutbox,
  outboxId,
  REQUEST_TIMEOUT,
  requeueOperation,
  takePendingOrder,
} from './handlers.ts';
import { markUnread } from '../receipts/markedUnread.ts';
import { isInFlight } from './machine.ts';

/** The number of discarded messages that are remembered. */
const MAX_DISCARDED_IDS = 200;

/** The content of a message before it is queued. */
export type NewMessage = Pick<MessageRecord, 'id' | 'contentType' | 'body' | 'replyTo' | 'uploadPending'>;

/** Queues a new message. */
export function send(tx: Transaction, message: NewMessage): void {
  const { wall, localAddress, hasStorage } = tx.context;
  const follows = tx.state.role === 'follower';
  const record: MessageRecord = {
    ...message,
    messageId: message.id,
    direction: 'outgoing',
    sender: localAddress,
    order: takePendingOrder(tx),
    at: wall,
    status: 'queued',
    attempts: 0,
    timestamps: { queued: wall },
    ...(message.uploadPending === true ? {} : holdOf(tx)),
    deliveryFailures: [],
    isContentTypeSupported: true,
  };
  putRecord(tx, record, !follows);
  if (follows) {
    // The leader stores the message too, and its record is newer.
    if (hasStorage) tx.insertIfAbsent.set(record.id, record);
    postToTabs(tx, { kind: 'send', record });
  }
  if (tx.state.markedUnread === true) markUnread(tx, false);
  dispatchLocalComposing(tx, { type: 'messageQueued' });
  enqueue(tx, record, !hasStorage);
}

/**
 * Sends the failed parts of a message again: the message itself and its newest text. A second call sends nothing more.
 */
export function retry(tx: Transaction, id: string): void {
  const record = recordOf(tx, id);
  if (record?.status !== 'failed') return;
  const { wall, hasStorage } = tx.context;
  const resends = record.retracted === undefined && firstRevision(record).status === 'failed';
  const message = resends ? mapRevision(record, record.messageId, (revision) => requeue(revision, wall)) : record;
  const again = message.status === 'failed' ? requeue(message, wall) : message;
  // A waiting message has a place in the table.
  tx.storedOnly.delete(id);
  putRecord(tx, again);
  raiseStatusChanged(tx, again, record.status);
  if (resends) enqueue(tx, again, !hasStorage, firstRevision(record).code === REQUEST_TIMEOUT);
  if (revisionId(again) !== again.messageId) requeueOperation(tx, again);
}

/** Discards a message, or an edit, that was not sent. */
export function discard(tx: Transaction, id: string): void {
  const record = recordOf(tx, id);
  if (record === undefined || !mayDiscard(tx, record)) return;
  if (!mayForget(tx, record)) {
    takeBackEdit(tx, record);
    return;
  }
  forget(tx, id);
}

/**
 * Restores the text before an edit. If the edit may have arrived, that text is sent as the newest one: otherwise the two
 * sides would permanently show different texts.
 */
function takeBackEdit(tx: Transaction, record: MessageRecord): void {
  const { wall } = tx.context;
  const id = revisionId(record);
  settle(tx, id, record, true, 'discarded');
  leaveOutbox(tx, id);
  const restored = withoutNewestRevision(record);
  if (wasRefused(record)) {
    putRecord(tx, restored);
    raiseStatusChanged(tx, restored, record.status);
    return;
  }
  const { messageId, sender, contentType, body, revision } = restored;
  const sequence = Math.max(wall, (revision?.sequence ?? 0) + 1);
  const edit = { id: `${id}~`, target: messageId, sequence, kind: 'edit', contentType, body } as const;
  const state = { status: 'queued', attempts: 0, timestamps: { queued: wall }, deliveryFailures: [] } as const;
  const next = applyOperation(restored, edit, sender, state, wall);
  putRecord(tx, next);
  raiseStatusChanged(tx, next, record.status);
  raiseEvent(tx, 'messageChanged', { message: next, change: 'edit', author: sender });
  addOperation(tx, next, edit);
}

/** Whether an edit cannot have left: the transport never received it, or refused the first attempt. */
function wasRefused({ status, attempts, retryable }: MessageRecord): boolean {
  const refused = status === 'undeliverable' || (status === 'failed' && retryable !== true);
  return attempts === 0 || (attempts === 1 && refused);
}

/** A message was discarded, here or in a different tab. This tab may be about to store it, or to read it. */
export function forget(tx: Transaction, id: string): void {
  setState(tx, { discardedIds: [...new Set([...tx.state.discardedIds, id])].slice(-MAX_DISCARDED_IDS) });
  const record = recordOf(tx, id);
  if (record === undefined) return;
  removeRecord(tx, id);
  settleRevisions(tx, record, 'discarded');
  dropOperations(tx, id, 'discarded');
  leaveOutbox(tx, id);
}

/** Ends the waits for a message and all its revisions. */
export function settleRevisions(tx: Transaction, record: MessageRecord, reason: SettledReason): void {
  for (const revision of revisionsOf(record)) settle(tx, outboxId(record, revision.id), revision, true, reason);
}

/**
 * Whether a message can be discarded: before it is passed to the transport, and after it failed. Of a message that
 * arrived, only a queued or failed edit can be discarded.
 */
export function mayDiscard(tx: Pick<Transaction, 'state'>, record: MessageRecord): boolean {
  if (record.direction !== 'outgoing' || record.retracted !== undefined) return false;
  return (
    mayForget(tx, record) || (record.earlierRevisions !== undefined && isStoppable(tx, record, revisionId(record)))
  );
}

function mayForget(tx: Pick<Transaction, 'state'>, record: MessageRecord): boolean {
  const { status } = firstRevision(record);
  return isStoppable(tx, { status }, record.id);
}

function isStoppable(tx: Pick<Transaction, 'state'>, { status }: Pick<MessageRecord, 'status'>, id: string): boolean {
  if (isPending({ status })) return status === 'queued' && !isInFlight(tx.state.outbox, id);
  return status === 'failed' || status === 'undeliverable';
}
