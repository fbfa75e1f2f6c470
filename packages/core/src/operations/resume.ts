/** Continues the operations that were pending when the flow was started or lost its role. */

import {
  addStoredOnly,
  putOperation,
  putRecord,
  recordOf,
  setState,
  storeOperation,
  type Transaction,
} from '../engine/transaction.ts';
import { isQueued } from '../outbox/machine.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import type { ConversationMeta, PendingOperation } from '../ports/storage.ts';
import { enqueueOperation } from '../outbox/handlers.ts';
import { applyOperation } from '../messages/revisions.ts';
import { applyUnmatchedOperations } from './incoming.ts';
import { isUnstored, noteStored, noteUnstored } from '../persistence/unstored.ts';
import { allOperations, operationOf, operationsOn } from './pendingOperations.ts';
import { purgeExcerpt, purgeExcerpts } from './purge.ts';
import { targetWithId, withTarget } from './targets.ts';

/**
 * Adds waiting operations, and those whose messages were not known, from the storage or a different tab. Operations that
 * this tab already knows are newer and stay. Returns whether there were unknown ones.
 */
export function mergeOperations(
  tx: Transaction,
  { pendingOperations = [], unmatchedOperations = [] }: ConversationMeta,
): boolean {
  const ended = new Set(tx.state.endedOperations);
  const others = pendingOperations.filter(
    ({ operation: { id } }) => !ended.has(id) && operationOf(tx.state.operations, id) === undefined,
  );
  for (const pending of others) putOperation(tx, pending);
  const unmatched = new Map([...unmatchedOperations, ...tx.state.unmatchedOperations].map((each) => [each.id, each]));
  const more = others.length + unmatched.size - tx.state.unmatchedOperations.length;
  setState(tx, {
    unmatchedOperations: [...unmatched.values()],
    lastPendingOrder: others.reduce((last, { order }) => Math.max(last, order), tx.state.lastPendingOrder),
  });
  return more > 0;
}

/**
 * Continues waiting operations. Those whose messages are stored but not loaded wait until these are looked up.
 * @param stored ids of operations that are stored already. Default: all are.
 */
export function resumeOperations(tx: Transaction, stored?: ReadonlySet<string>): void {
  const operations = allOperations(tx.state.operations);
  // The previous leader may have crashed before it stored an operation.
  for (const { operation } of operations) if (stored?.has(operation.id) === false) storeOperation(tx, operation.id);
  // The previous leader may have crashed before it removed an operation.
  for (const id of stored ?? []) if (operationOf(tx.state.operations, id) === undefined) storeOperation(tx, id);
  const isKnown = ({ recordId }: PendingOperation): boolean => recordOf(tx, recordId) !== undefined;
  const messageIds = operations.filter((pending) => !isKnown(pending)).map(({ operation }) => operation.target);
  const looks = tx.context.hasStorage && messageIds.length > 0;
  if (looks) tx.effects.push({ type: 'findStored', messageIds, resumes: true });
  enqueue(tx, looks ? operations.filter(isKnown) : operations);
}

/**
 * Handles the records of a lookup: targets of operations and receipts, and replies to retracted messages.
 * @param resumes whether waiting operations wait for this look-up.
 */
export function storedFound(tx: Transaction, records: readonly MessageRecord[], resumes: boolean): void {
  for (const record of records) if (recordOf(tx, record.id) === undefined) addStoredOnly(tx, record);
  const { operations } = tx.state;
  enqueue(tx, resumes ? allOperations(operations) : records.flatMap(({ id }) => operationsOn(operations, id)));
  if (tx.state.role === 'leader') applyUnmatchedOperations(tx);
  for (const record of tx.storedOnly.values()) purgeExcerpt(tx, record);
}

/**
 * Keeps the records that are not loaded and that pending operations change, or whose changes are not stored. Called at the
 * end of a transaction.
 */
export function keepOperationTargets(tx: Transaction): void {
  for (const id of tx.changedStoredOnly) if (tx.writes.has(id)) noteUnstored(tx, id);
  const { operations, operationTargets } = tx.state;
  const isEmpty = operationTargets.records.length === 0;
  const ids = new Set([...tx.storedOnly.keys(), ...tx.operatedRecords, ...(isEmpty ? [] : tx.changes.keys())]);
  let targets = operationTargets;
  for (const id of ids) {
    if (tx.changes.has(id)) noteStored(tx, id);
    const isChanged = isUnstored(tx, id) || operationsOn(operations, id).length > 0;
    const isTarget = tx.changes.get(id) === undefined && isChanged;
    const record = isTarget ? (tx.storedOnly.get(id) ?? targetWithId(targets, id)) : undefined;
    targets = withTarget(targets, id, record);
  }
  setState(tx, { operationTargets: targets });
}

function enqueue(tx: Transaction, operations: readonly PendingOperation[]): void {
  if (tx.state.role === 'follower') return;
  for (const pending of operations) {
    const { operation, recordId } = pending;
    reapply(tx, pending);
    if (isQueued(tx.state.outbox, operation.id)) continue;
    const durable = !tx.writes.has(recordId) && !tx.operationWrites.has(operation.id);
    // The operation is sent after this write.
    if (!durable) storeOperation(tx, operation.id);
    enqueueOperation(tx, pending, durable);
  }
}

/** The tab that created the operation may have crashed after it posted it and before it stored the record. */
function reapply(tx: Transaction, { operation, recordId }: PendingOperation): void {
  const record = recordOf(tx, recordId);
  if (record === undefined) return;
  const { localAddress, wall } = tx.context;
  const state = { status: 'queued', attempts: 0, timestamps: { queued: wall }, deliveryFailures: [] } as const;
  const next = applyOperation(record, operation, localAddress, state, wall);
  if (next === record) return;
  putRecord(tx, next);
  if (operation.kind === 'retract') purgeExcerpts(tx, record.messageId);
}
