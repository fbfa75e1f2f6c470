import { isNonEmptyString, isObject } from '../validation/guards.ts';
import { parseOperation } from '../validation/operations.ts';
import { operate } from '../operations/outgoing.ts';
import { markDisplayedInOtherTab } from '../receipts/outgoing.ts';
import { markUnread } from '../receipts/markedUnread.ts';
import { discard, retry } from '../outbox/commands.ts';
import { recordOf, type Transaction } from '../engine/transaction.ts';

/**
 * Executes a command that a follower forwarded, after a look-up if the follower has loaded a message that this tab has
 * not. The input is untrusted; an invalid command is ignored.
 */
export function receiveCommand(tx: Transaction, command: Readonly<Record<string, unknown>>): void {
  const messageIds = [command['id'], ...(Array.isArray(command['ids']) ? command['ids'] : [])]
    .filter(isNonEmptyString)
    .filter((id) => recordOf(tx, id) === undefined);
  const looks = messageIds.length > 0 && tx.state.history.olderInStorage;
  if (looks) tx.effects.push({ type: 'findStored', messageIds, command });
  else applyCommand(tx, command);
}

/** Executes a command. Its messages are known by now, or are not stored. */
export function applyCommand(
  tx: Transaction,
  { kind, id, ids, revisions, request, unread }: Readonly<Record<string, unknown>>,
): void {
  if (kind === 'seen' && Array.isArray(ids)) {
    const texts = Array.isArray(revisions) ? revisions : [];
    const seen = ids.map((each: unknown, index) => [each, texts[index]] as const).filter(isSeen);
    markDisplayedInOtherTab(
      tx,
      seen.map(([each]) => each),
      seen.map(([, revision]) => (isNonEmptyString(revision) ? revision : undefined)),
    );
  }
  if (kind === 'markUnread' && typeof unread === 'boolean') markUnread(tx, unread);
  if (kind === 'retry' && isNonEmptyString(id)) retry(tx, id);
  if (kind === 'discard' && isNonEmptyString(id)) discard(tx, id);
  if (kind === 'operate' && isNonEmptyString(id)) operateAs(tx, id, request);
}

function isSeen(seen: readonly [unknown, unknown]): seen is readonly [string, unknown] {
  return isNonEmptyString(seen[0]);
}

function operateAs(tx: Transaction, recordId: string, request: unknown): void {
  const operation = isObject(request) ? parseOperation({ ...request, target: recordId, sequence: 0 }) : undefined;
  if (operation === undefined) return;
  const { target: _target, sequence: _sequence, ...command } = operation;
  operate(tx, recordId, command);
}
