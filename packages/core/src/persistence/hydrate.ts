/** Loads the stored conversation into a flow when it starts. */

import {
  advanceReadMarkers,
  diagnose,
  postToTabs,
  putRecord,
  raiseStatusChanged,
  recordOf,
  recordsOf,
  removeRecord,
  setHistory,
  setState,
  settle,
  type Transaction,
} from '../engine/transaction.ts';
import type { ConversationMeta, StoredConversation, StoredPage } from '../ports/storage.ts';
import {
  isNewerThan,
  isPending,
  isPlaced,
  isReceiptPending,
  isWaiting,
  withAttemptsOf,
} from '../messages/messageStatus.ts';
import { compareSortKeys, type SortKey } from '../messages/sortKey.ts';
import { MAX_ORDER, type MessageRecord, PENDING_ORDER } from '../messages/messageRecord.ts';
import { applyHistoryReceipts } from '../receipts/fromHistory.ts';
import { mergeUnmatchedReceipts, parseUnmatchedReceipts } from '../receipts/unmatched.ts';
import { isCoveredByMarker } from '../receipts/incoming.ts';
import { advanceStatus, dispatchOutbox, enqueue, leaveOutboxAsIn, outboxId } from '../outbox/handlers.ts';
import { firstRevision, hasLaterRevision, revisionId, revisionsOf, withReactionsOf } from '../messages/revisions.ts';
import { applyUnmatchedOperations } from '../operations/incoming.ts';
import { mergeOperations, resumeOperations } from '../operations/resume.ts';
import { isUnsent, noteRewrite, noteStoredOrder } from '../operations/rewrites.ts';
import { isNumber, isObject, isSortKey, tryRead } from '../validation/guards.ts';
import { parsePendingOperations } from '../validation/operations.ts';
import { parseMeta, parseRecord } from '../validation/records.ts';
import type { FlowError } from '../errors/FlowError.ts';
import { dispatchPersistence, setStorageError } from './handlers.ts';
import { countUnread } from '../receipts/outgoing.ts';
import { resumeReadReceipts, resumeReceipt, resumeUnloadedReceipts } from '../receipts/resume.ts';
import { loadMarkedUnread } from '../receipts/markedUnread.ts';
import { lookUpUnmatched } from './lookups.ts';
import { noteUnverified } from './unverified.ts';
import { loadRequested } from './pagination.ts';
import { hello } from '../tabs/hello.ts';
import { noteStoredEnd, startCatchUp } from '../inbox/catchUp.ts';
import { applyCommand } from '../tabs/commands.ts';

/** Loads the last stored page and resumes the stored outbox. */
export function hydrate(tx: Transaction, stored: StoredConversation): void {
  const records = loadRecords(tx, stored.records);
  const outbox = loadRecords(tx, stored.outbox);
  const waiting = outbox.filter(isWaiting);
  persistMissing(tx, [...records, ...waiting], stored.hasOlder);
  // A record that the storage wrongly returned as waiting goes into the table like any other message.
  const placed = [...records, ...outbox].filter(isPlaced);
  const lastOrder = placed.reduce((last, record) => Math.max(last, record.order), 0);
  const nextOrder = Math.max(tx.state.nextOrder, Math.floor(lastOrder) + 1);
  const meta = loadReadMarkers(tx, stored, Math.max(lastOrder, nextOrder - 1));
  noteStoredEnd(tx, placed.length === 0 ? -MAX_ORDER : lastOrder, meta.gapAfterOrder);
  setStorageError(tx, undefined);
  const lastPending = waiting.reduce((last, record) => Math.max(last, record.order), PENDING_ORDER);
  setHistory(tx, { readFailures: 0, readFrom: oldestKeyOf(tx, stored) });
  setState(tx, {
    nextOrder,
    lastPendingOrder: Math.max(tx.state.lastPendingOrder, lastPending),
  });
  advanceReadMarkers(tx, { ...meta }, false);
  setState(tx, { pendingReadReceipts: [...tx.state.pendingReadReceipts, ...(meta.pendingReadReceipts ?? [])] });
  loadMarkedUnread(tx, meta.markedUnread === true);
  const storedMeta = parseMeta(stored.meta);
  const separate = stored.operations && parsePendingOperations(stored.operations);
  mergeOperations(tx, storedMeta);
  mergeOperations(tx, { pendingOperations: separate ?? [] });
  applyRemoteMarker(tx, records);
  resume(tx, new Set((separate ?? storedMeta.pendingOperations)?.map(({ operation }) => operation.id)));
  resumeUnloadedReceipts(tx, stored.pendingReceipts ?? []);
  // Some records may have changed since they were read.
  if (tx.state.role === 'follower') postToTabs(tx, hello(tx));
  becomeReady(tx, stored.hasOlder);
  const { deferredReceipts } = tx.state;
  setState(tx, { deferredReceipts: [] });
  // Their messages may be on a page that is not loaded.
  for (const event of deferredReceipts) tx.effects.push({ type: 'receive', event });
  mergeUnmatchedReceipts(tx, parseUnmatchedReceipts(stored.meta));
  applyHistoryReceipts(tx, []);
  applyUnmatchedOperations(tx);
  lookUpUnmatched(tx);
}

/**
 * The read markers of both sides. A marker is the order of a stored message: one beyond all orders would mark later
 * messages as read, and one of an invalid record counts for the messages before it.
 */
function loadReadMarkers(tx: Transaction, stored: StoredConversation, lastOrder: number): ConversationMeta {
  const leaveOut = (name: string): void =>
    diagnose(tx, 'stored-marker-corrupt', `The stored read marker ${name} is invalid and was ignored.`);
  const meta = parseMeta(stored.meta, leaveOut);
  const orders = stored.records.map((value) => tryRead(() => orderOf(value), NaN)).filter(isSortKey);
  const furthest = Math.max(lastOrder, ...orders);
  const markers: Record<string, unknown> = {};
  for (const [name, value] of Object.entries<unknown>({ ...meta })) {
    if (!name.endsWith('Order') || !isSortKey(value)) markers[name] = value;
    else if (value <= furthest) markers[name] = Math.min(value, lastOrder);
    else leaveOut(name);
  }
  return markers;
}

/** The storage could not be read: the flow continues in memory. */
export function hydrationFailed(tx: Transaction, error: FlowError): void {
  // Behind all messages that may be stored, in case the storage can be read later.
  setStorageError(tx, error);
  setState(tx, { nextOrder: Math.max(tx.state.nextOrder, tx.context.wall) });
  diagnose(tx, 'storage-unreadable', error.message, error);
  resume(tx);
  becomeReady(tx, false);
  const unread = tx.state.history.readFailures + 1;
  setHistory(tx, { readFailures: unread });
  // Repeated later: the storage is read again after a successful write.
  if (tx.state.persistence.state === 'clean') {
    dispatchPersistence(tx, { type: 'failed', jitter: tx.context.jitter, failures: unread });
  }
}

/**
 * Adds an older page from the storage.
 * @param from before this message. The storage may have been read further since.
 */
export function olderLoaded(tx: Transaction, page: StoredPage, from: SortKey): void {
  const before = tx.changes.size;
  const records = loadRecords(tx, page.records);
  const count = tx.changes.size - before;
  applyRemoteMarker(tx, records);
  applyUnmatchedOperations(tx);
  resumeReceiptsOf(tx, records);
  // Without this check, a storage whose pages do not move back would be asked for the same page forever.
  const isStuck = page.hasOlder && (page.oldest === undefined || compareSortKeys(page.oldest, from) >= 0);
  if (isStuck)
    diagnose(tx, 'stored-page-repeated', 'The storage returned no older messages although it had reported some.');
  setHistory(tx, { loading: false, olderInStorage: page.hasOlder && !isStuck, readFrom: oldestKeyOf(tx, page) });
  setState(tx, { unreadCount: countUnread(tx) });
  tx.effects.push({ type: 'olderLoaded', count });
}

/** Resumes the receipts that are owed for messages of an older page, unless they were when the storage was opened. */
function resumeReceiptsOf(tx: Transaction, records: readonly MessageRecord[]): void {
  if (tx.state.role === 'follower') return;
  for (const record of records) {
    const isNew = tx.context.table.get(record.id) === undefined;
    if (isNew && isReceiptPending(record)) resumeReceipt(tx, record, !tx.writes.has(record.id));
  }
}

/** The sort key of the first record of a page, also if the page has invalid records. */
function oldestKeyOf(tx: Transaction, { oldest }: Pick<StoredPage, 'oldest'>): SortKey | undefined {
  const { readFrom } = tx.state.history;
  if (oldest === undefined || readFrom === undefined) return oldest ?? readFrom;
  return compareSortKeys(oldest, readFrom) < 0 ? oldest : readFrom;
}

function orderOf(value: unknown): number {
  return isObject(value) && isNumber(value['order']) ? value['order'] : Infinity;
}

/** Releases the items that waited for the stored messages. */
function becomeReady(tx: Transaction, olderInStorage: boolean): void {
  setHistory(tx, { ready: true, olderInStorage });
  setState(tx, { unreadCount: countUnread(tx) });
  const isOnlineLeader = tx.state.role === 'leader' && tx.state.lifecycle.connection === 'online';
  if (isOnlineLeader) dispatchOutbox(tx, { type: 'open' });
  startCatchUp(tx);
  loadRequested(tx);
}

/**
 * Resumes queued messages, operations and pending receipts: those of the storage, and those of the previous leader.
 * @param storedOperations the ids of the operations that the storage has. Default: all.
 */
export function resume(tx: Transaction, storedOperations?: ReadonlySet<string>): void {
  const { role, forwardedCommands } = tx.state;
  if (role === 'follower') return;
  setState(tx, { forwardedCommands: [] });
  for (const command of forwardedCommands) applyCommand(tx, command);
  const ids = new Set([...tx.context.table.order, ...tx.changes.keys()]);
  const records = recordsOf(tx, ids);
  resumeReadReceipts(tx, records);
  for (const record of records) {
    const { id } = record;
    const durable = !tx.writes.has(id);
    if (isWaiting(record)) {
      noteStoredOrder(tx, record.order);
      enqueue(tx, record, durable, firstRevision(record).attempts > 0);
    }
    if (isReceiptPending(record)) resumeReceipt(tx, record, durable);
  }
  resumeOperations(tx, storedOperations);
}

/** Puts stored records into the table without storing them again. Invalid ones stay in the storage and are not shown. */
function loadRecords(tx: Transaction, values: readonly unknown[]): MessageRecord[] {
  const records: MessageRecord[] = [];
  for (const value of values) {
    const record = parseRecord(value);
    if (record === undefined) {
      diagnose(tx, 'stored-record-corrupt', 'A stored message is invalid and was skipped.');
      continue;
    }
    // It may have been read before the user discarded or retried the message.
    if (tx.state.discardedIds.includes(record.id)) {
      // The storage still has it if the tab that discarded it crashed before the removal.
      if (recordOf(tx, record.id) === undefined) removeRecord(tx, record.id);
      continue;
    }
    const known = recordOf(tx, record.id);
    if (known !== undefined && tx.storedOnly.delete(record.id)) {
      // A waiting operation has changed the record already.
      putRecord(tx, known, false);
      records.push(known);
      continue;
    }
    const wasRetried = known?.status === 'queued' && record.status === 'failed';
    if (known === undefined) putRecord(tx, record, false);
    else if (isNewerThan(record, known) && !wasRetried) advanceFromStorage(tx, record, known);
    else putIfChanged(tx, withReactionsOf(withAttemptsOf(known, record), record), known);
    records.push(record);
  }
  return records;
}

/** Keeps the attempts and reactions that the storage has: the previous leader may have made the changes and crashed. */
function putIfChanged(tx: Transaction, record: MessageRecord, known: MessageRecord): void {
  if (record !== known) putRecord(tx, record, false);
}

/** Applies a stored status: a different tab advanced it, and crashed before it posted the change. */
function advanceFromStorage(tx: Transaction, record: MessageRecord, known: MessageRecord): void {
  putRecord(tx, withReactionsOf(record, known), false);
  if (isWaiting(record)) return;
  raiseStatusChanged(tx, record, known.status);
  const final = record.status !== 'sent' || !tx.context.capabilities.deliveryNotifications;
  for (const revision of revisionsOf(record)) {
    if (!isPending(revision))
      settle(tx, outboxId(record, revision.id), revision, final || revision.id !== revisionId(record));
  }
  leaveOutboxAsIn(tx, record);
}

/** Stores what this tab knows and the storage does not: the last leader may have crashed before it was written. */
function persistMissing(tx: Transaction, stored: readonly MessageRecord[], hasOlder: boolean): void {
  if (tx.state.role === 'follower') return;
  const byId = new Map(stored.map((record) => [record.id, record]));
  const first = hasOlder ? stored.reduce((least, record) => Math.min(least, record.order), Infinity) : -Infinity;
  for (const id of tx.context.table.order) {
    const known = recordOf(tx, id);
    const other = byId.get(id);
    if (known === undefined || (other === undefined && known.order < first)) continue;
    // The network may have repeated it to the last leader while that could not read the storage.
    if (other === undefined && isPlaced(known)) noteUnverified(tx, id);
    // Both parsed, so that their fields have one order.
    if (JSON.stringify(parseRecord(known)) !== JSON.stringify(other)) putRecord(tx, known);
    // The last leader changed the text in place, and crashed before it stored that.
    const isRewritten = other !== undefined && isUnsent(tx, other) && !hasLaterRevision(known);
    if (isRewritten && other.body !== known.body) noteRewrite(tx, other, `${known.messageId}~`);
  }
}

/** Applies the participant's read marker to records that were not loaded: those that had arrived by then, and no others. */
function applyRemoteMarker(tx: Transaction, records: readonly MessageRecord[]): void {
  const { remoteDisplayedOrder, remoteDisplayedAt } = tx.state.readMarkers;
  // The stored records may be older than the known ones.
  for (const record of recordsOf(tx, new Set(records.map(({ id }) => id)))) {
    const arrivedAt = record.timestamps.delivered ?? record.timestamps.sent ?? record.at;
    const covered = record.order <= remoteDisplayedOrder && arrivedAt <= remoteDisplayedAt;
    if (covered && isCoveredByMarker(tx, record)) {
      advanceStatus(tx, record, record.messageId, 'displayed', undefined, true);
    }
  }
}
