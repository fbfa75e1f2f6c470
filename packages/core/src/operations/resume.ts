/** Continues the operations that were pending when the flow was started or lost its role. */

import { addStoredOnly, putRecord, recordOf, setState, type Transaction } from '../engine/transaction.ts';
import { isQueued } from '../outbox/machine.ts';
import { type MessageRecord, PENDING_ORDER } from '../messages/messageRecord.ts';
import type { ConversationMeta, PendingOperation } from '../ports/storage.ts';
import { enqueueOperation } from '../outbox/handlers.ts';
import { applyOperation } from '../messages/revisions.ts';
import { applyUnmatchedOperations } from './incoming.ts';
import { purgeExcerpt, purgeExcerpts } from './purge.ts';

/**
 * Takes up operations that wait, and those whose messages were not known, of the storage or of another tab. What this tab
 * knows already is newer. Returns whether there were any that it did not know.
 */
export function mergeOperations(
  tx: Transaction,
  { pendingOperations = [], unmatchedOperations = [] }: ConversationMeta,
): boolean {
  const known = new Set([...tx.state.operations.map(({ operation }) => operation.id), ...tx.state.endedOperations]);
  const others = pendingOperations.filter(({ operation }) => !known.has(operation.id));
  const operations = [...tx.state.operations, ...others].toSorted((one, two) => one.order - two.order);
  const unmatched = new Map([...unmatchedOperations, ...tx.state.unmatchedOperations].map((each) => [each.id, each]));
  const more = others.length + unmatched.size - tx.state.unmatchedOperations.length;
  setState(tx, {
    operations,
    unmatchedOperations: [...unmatched.values()],
    lastPendingOrder: Math.max(tx.state.lastPendingOrder, operations.at(-1)?.order ?? PENDING_ORDER),
  });
  return more > 0;
}

/** Continues waiting operations. Those whose messages are stored but not loaded wait until these are looked up. */
export function resumeOperations(tx: Transaction): void {
  const missing = tx.state.operations.filter((pending) => !isKnown(tx, pending));
  const messageIds = missing.map(({ operation }) => operation.target);
  const looks = tx.context.hasStorage && messageIds.length > 0;
  if (looks) tx.effects.push({ type: 'findStored', messageIds });
  enqueue(tx, looks ? (pending) => isKnown(tx, pending) : () => true);
}

/** Handles the records of a lookup: targets of operations and receipts, and replies to retracted messages. */
export function storedFound(tx: Transaction, records: readonly MessageRecord[]): void {
  for (const record of records) if (recordOf(tx, record.id) === undefined) addStoredOnly(tx, record);
  enqueue(tx, () => true);
  if (tx.state.role === 'leader') applyUnmatchedOperations(tx);
  for (const record of tx.storedOnly.values()) purgeExcerpt(tx, record);
}

/** Keeps the records that pending operations change and that are not loaded. Called at the end of a transaction. */
export function keepOperationTargets(tx: Transaction): void {
  const { operations, operationTargets } = tx.state;
  if (operations.length === 0 && operationTargets.size === 0) return;
  const ids = new Set(operations.map(({ recordId }) => recordId));
  const targets = [...tx.storedOnly].filter(([id]) => ids.has(id) && tx.changes.get(id) === undefined);
  setState(tx, { operationTargets: new Map(targets) });
}

function enqueue(tx: Transaction, mayGo: (pending: PendingOperation) => boolean): void {
  if (tx.state.role === 'follower') return;
  for (const pending of tx.state.operations) {
    reapply(tx, pending);
    if (mayGo(pending) && !isQueued(tx.state.outbox, pending.operation.id)) {
      const durable = !tx.writes.has(pending.recordId);
      // What it waits for is the write of the operations.
      if (!durable) tx.writesMeta = true;
      enqueueOperation(tx, pending, durable);
    }
  }
}

/** The tab that created the operation may have died after it had posted it and before it had stored the record. */
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

function isKnown(tx: Transaction, { recordId }: PendingOperation): boolean {
  return recordOf(tx, recordId) !== undefined;
}
