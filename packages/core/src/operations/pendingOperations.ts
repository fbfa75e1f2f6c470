/** The operations of the local user that the transport has not responded to, with an index by record. */

import { compareKeys, type KeyedQueue, keyedQueueType } from '../collections/keyedQueue.ts';
import { itemsFrom, lengthOf, put, remove, type SortedList } from '../collections/sortedList.ts';
import type { PendingOperation } from '../ports/storage.ts';

export interface PendingOperations {
  /** By id, sorted by order. */
  readonly queue: KeyedQueue<PendingOperation>;
  /** Sorted by record, then by order. */
  readonly byRecord: SortedList<PendingOperation>;
}

const QUEUE = keyedQueueType<PendingOperation>(
  ({ operation }) => operation.id,
  ({ order }) => order,
);

export const noPendingOperations: PendingOperations = { queue: QUEUE.empty, byRecord: [] };

/** All operations, in order. */
export function allOperations({ queue }: PendingOperations): readonly PendingOperation[] {
  return queue.items.flat();
}

export function countOperations({ queue }: PendingOperations): number {
  return lengthOf(queue.items);
}

/** Returns the operation with an id. */
export function operationOf({ queue }: PendingOperations, id: string): PendingOperation | undefined {
  return QUEUE.get(queue, id);
}

/** The operations on a record, in order. */
export function operationsOn({ byRecord }: PendingOperations, recordId: string): readonly PendingOperation[] {
  const found: PendingOperation[] = [];
  for (const pending of itemsFrom(byRecord, (other) => (other.recordId < recordId ? -1 : 1))) {
    if (pending.recordId !== recordId) break;
    found.push(pending);
  }
  return found;
}

/** Adds an operation, or replaces the one with its id. */
export function withOperation(operations: PendingOperations, pending: PendingOperation): PendingOperations {
  const { queue, byRecord } = withoutOperation(operations, pending.operation.id);
  return { queue: QUEUE.put(queue, pending), byRecord: put(byRecord, pending, compareByRecord) };
}

/** Removes an operation. Returns the same if there is none. */
export function withoutOperation(operations: PendingOperations, id: string): PendingOperations {
  const { queue, byRecord } = operations;
  const pending = QUEUE.get(queue, id);
  if (pending === undefined) return operations;
  return { queue: QUEUE.delete(queue, id), byRecord: remove(byRecord, (other) => compareByRecord(other, pending)) };
}

function compareByRecord(one: PendingOperation, other: PendingOperation): number {
  return (
    compareKeys(one.recordId, other.recordId) ||
    one.order - other.order ||
    compareKeys(one.operation.id, other.operation.id)
  );
}
