/** Connects the storage machine with the flow: writes, failures, and the release of items that wait for durability. */

import { compareKeys } from '../collections/keyedQueue.ts';
import { put, remove } from '../collections/sortedList.ts';
import { FlowError } from '../errors/FlowError.ts';
import { isWaitingOver, reducePersistence, type PersistenceEvent } from './machine.ts';
import { dispatchReceipts } from '../receipts/outgoing.ts';
import { dispatchOutbox } from '../outbox/handlers.ts';
import { unstoredReceipts } from '../receipts/pendingReceipts.ts';
import { flushAcks, flushStoredAcks } from '../receipts/acks.ts';
import { isOutdatedPage } from './outdated.ts';
import { protectStored } from './unverified.ts';
import { isWrittenAhead, unstoredItems } from '../outbox/machine.ts';
import { withAttemptsAhead } from '../messages/messageStatus.ts';
import { operationsOn } from '../operations/pendingOperations.ts';
import { noteWriting, separateRewrites } from '../operations/rewrites.ts';
import { updateReceiptsReach } from '../receipts/reach.ts';
import { diagnose, recordOf, type Transaction, setState } from '../engine/transaction.ts';

/** Dispatches an event to the storage machine and executes its effects. */
export function dispatchPersistence(tx: Transaction, event: PersistenceEvent): void {
  const step = reducePersistence(tx.state.persistence, event, tx.context.now);
  setState(tx, { persistence: step.state });
  for (const effect of step.effects) {
    if (effect.type === 'write') {
      noteWriting(tx);
      tx.effects.push(effect);
    } else releaseWithoutStorage(tx);
  }
}

/** The storage fails or hangs: nothing waits for it, and the application is notified. */
function releaseWithoutStorage(tx: Transaction): void {
  setStorageError(tx, tx.state.storageError ?? storageTimeout());
  separateRewrites(tx);
  // A frame that is not stored is not acknowledged: after a crash, only the server can deliver it again.
  const ids = new Set([...unstoredItems(tx.state.outbox), ...unstoredReceipts(tx.state.receipts)]);
  dispatchOutbox(tx, { type: 'durable', ids });
  dispatchReceipts(tx, { type: 'durable', ids });
}

/** Sets or clears the storage error. An outdated page sends no receipts, since it cannot store the reported status. */
export function setStorageError(tx: Transaction, error: FlowError | undefined): void {
  const was = isOutdatedPage(tx.state);
  setState(tx, { storageError: error });
  if (isOutdatedPage(tx.state) !== was) updateReceiptsReach(tx);
}

/** Handles an upgrade of the storage by a newer version of the application. */
export function storageOutdated(tx: Transaction): void {
  const problem = 'A newer version of the application has taken over the stored messages: load this page again.';
  const error = new FlowError('outdated', problem);
  setStorageError(tx, error);
  diagnose(tx, 'storage-outdated', problem, error);
}

/** The error for a storage that does not respond. */
export function storageTimeout(): FlowError {
  return new FlowError('storage', 'The storage does not respond; messages stay in memory until it works again.');
}

/** Continues the items that waited for the storage, which now holds these records and operations. */
export function releaseDurable(tx: Transaction, ids: ReadonlySet<string>): void {
  dispatchOutbox(tx, { type: 'durable', ids });
  dispatchReceipts(tx, { type: 'durable', ids });
  flushAcks(tx, ids);
}

/**
 * Notifies the storage machine of changes to write. Called once, at the end of a transaction. The meta data are written
 * only once those of the storage have been read: otherwise they would replace operations that wait there.
 */
export function storeChanges(tx: Transaction): void {
  if (!tx.context.hasStorage) return;
  // Before the write is collected.
  if (isWaitingOver(tx.state.persistence)) separateRewrites(tx);
  const { ready, readFailures } = tx.state.history;
  const changesMeta = tx.writesMeta;
  const isMetaDue = changesMeta || tx.state.isMetaDue;
  const isMetaWritable = ready && readFailures === 0;
  // A follower would replace what the leader stores.
  tx.writesMeta = isMetaDue && isMetaWritable && tx.state.role === 'leader';
  withholdRecords(tx, isMetaWritable);
  writeAhead(tx);
  protectStored(tx);
  setState(tx, { isMetaDue: isMetaDue && !tx.writesMeta });
  // A storage that cannot be read is read again later, and nothing waits for it.
  const isWanted = tx.writesMeta || (changesMeta && readFailures > 0);
  if (tx.writes.size > 0 || tx.insertIfAbsent.size > 0 || isWanted) dispatchPersistence(tx, { type: 'changed' });
  if (isMetaWritable && tx.state.persistence.state === 'clean') flushStoredAcks(tx);
}

/**
 * A record that the local user has changed by an operation is stored in one write with the operation, which is part of
 * the meta data. One without the other would leave the two sides different after a crash. Until then, the earlier stored
 * form stays.
 */
function withholdRecords(tx: Transaction, isMetaWritable: boolean): void {
  let withheld = tx.state.withheldRecords;
  const isChanged = (id: string): boolean => !isMetaWritable && operationsOn(tx.state.operations, id).length > 0;
  for (const id of isMetaWritable ? withheld.flat() : tx.operatedRecords) {
    const others = remove(withheld, (other) => compareKeys(other, id));
    if (others === withheld || isChanged(id)) continue;
    withheld = others;
    const record = recordOf(tx, id);
    if (record !== undefined && !tx.writes.has(id)) tx.writes.set(id, record);
  }
  for (const id of isMetaWritable ? [] : tx.writes.keys()) {
    if (!isChanged(id)) continue;
    tx.writes.delete(id);
    withheld = put(withheld, id, compareKeys);
  }
  setState(tx, { withheldRecords: withheld });
}

/** Stores items that are sent as soon as they are stored as items that may have left. */
function writeAhead(tx: Transaction): void {
  const { outbox } = tx.state;
  const isAhead = (id: string): boolean => isWrittenAhead(outbox, id);
  for (const [id, record] of tx.writes) {
    if (record !== undefined) tx.writes.set(id, withAttemptsAhead(record, isAhead));
  }
}
