/** The state besides messages that the leader shares with its followers. */

import { advanceReadMarkers, putOperation, setState, type Transaction } from '../engine/transaction.ts';
import { dispatchLifecycle } from '../lifecycle/handlers.ts';
import { leaveOutbox } from '../outbox/handlers.ts';
import { allOperations } from '../operations/pendingOperations.ts';
import { countUnread } from '../receipts/outgoing.ts';
import { parseUnmatchedReceipts } from '../receipts/unmatched.ts';
import { isNonEmptyString, isObject, itemsOf } from '../validation/guards.ts';
import { parseIncomingOperations, parsePendingOperations } from '../validation/operations.ts';

/** The state for a tab that may have missed posts. */
export function allStateOf(state: Transaction['state']): Readonly<Record<string, unknown>> {
  return { ...listsOf(state), operations: allOperations(state.operations) };
}

/** The parts of the state that may be long, which are posted where they have changed. */
export function listsOf({
  pendingReadReceipts,
  unmatchedOperations,
  unmatchedReceipts,
}: Transaction['state']): Readonly<Record<string, unknown>> {
  return { pendingReadReceipts, unmatchedOperations, unmatchedReceipts };
}

/** What followers show besides messages. */
export function stateOf({
  lifecycle,
  remoteAvailable,
  remoteLastSeen,
  readMarkers: marks,
  markedUnread,
}: Transaction['state']): Readonly<Record<string, unknown>> {
  return {
    connection: lifecycle.connection,
    available: remoteAvailable,
    lastSeen: remoteLastSeen,
    markedUnread,
    ...marks,
  };
}

/** Takes over what the leader has posted. Lists that are absent have not changed. */
export function mergeState(tx: Transaction, post: Record<string, unknown>): void {
  const { connection, available, lastSeen } = post;
  if (connection === 'online' || connection === 'offline' || connection === 'connecting') {
    dispatchLifecycle(tx, { type: 'connection', state: connection });
  }
  setState(tx, {
    remoteAvailable: typeof available === 'boolean' ? available : undefined,
    remoteLastSeen: typeof lastSeen === 'number' ? lastSeen : undefined,
    // The leader may crash before it stores the change.
    isMetaDue: true,
  });
  advanceReadMarkers(tx, post, false);
  const { pendingReadReceipts, unmatchedOperations, unmatchedReceipts } = post;
  if (pendingReadReceipts !== undefined)
    setState(tx, { pendingReadReceipts: itemsOf(pendingReadReceipts).filter(isNonEmptyString) });
  if (unmatchedOperations !== undefined)
    setState(tx, { unmatchedOperations: parseIncomingOperations(unmatchedOperations) });
  if (unmatchedReceipts !== undefined) setState(tx, { unmatchedReceipts: parseUnmatchedReceipts(post) });
  mergeOperationChanges(tx, post);
  setState(tx, { unreadCount: countUnread(tx) });
  mergeMarkedUnread(tx, post);
}

function mergeOperationChanges(tx: Transaction, post: Record<string, unknown>): void {
  const { put, removed } = operationChangesOf(post);
  const all = parsePendingOperations(post['operations']);
  if (post['operations'] !== undefined) {
    const ids = new Set(all.map(({ operation }) => operation.id));
    for (const { operation } of allOperations(tx.state.operations)) {
      if (!ids.has(operation.id)) leaveOutbox(tx, operation.id);
    }
  }
  for (const id of itemsOf(removed)) if (isNonEmptyString(id)) leaveOutbox(tx, id);
  for (const pending of [...all, ...parsePendingOperations(put)]) putOperation(tx, pending);
}

/** The single operations in a post, unchecked. */
export function operationChangesOf({ operationChanges }: Record<string, unknown>): Record<string, unknown> {
  return isObject(operationChanges) ? operationChanges : {};
}

/** The leader's state, which is newer than the stored one. Absent while the leader does not know it. */
export function mergeMarkedUnread(tx: Transaction, { markedUnread }: Record<string, unknown>): void {
  if (typeof markedUnread === 'boolean') setState(tx, { markedUnread });
}
