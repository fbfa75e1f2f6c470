import { isNonEmptyString, isObject } from '../validation/guards.ts';
import { parseOperation } from '../validation/operations.ts';
import { operate } from '../operations/outgoing.ts';
import { markDisplayedInOtherTab } from '../receipts/outgoing.ts';
import { discard, retry } from '../outbox/commands.ts';
import type { Transaction } from '../engine/transaction.ts';

/** Carries out a command that a follower forwarded. The input is not trusted; an invalid command is ignored. */
export function applyCommand(tx: Transaction, { kind, id, ids, request }: Readonly<Record<string, unknown>>): void {
  if (kind === 'seen' && Array.isArray(ids)) markDisplayedInOtherTab(tx, ids.filter(isNonEmptyString));
  if (kind === 'retry' && isNonEmptyString(id)) retry(tx, id);
  if (kind === 'discard' && isNonEmptyString(id)) discard(tx, id);
  if (kind === 'operate' && isNonEmptyString(id)) operateAs(tx, id, request);
}

function operateAs(tx: Transaction, recordId: string, request: unknown): void {
  const operation = isObject(request) ? parseOperation({ ...request, target: recordId, sequence: 0 }) : undefined;
  if (operation === undefined) return;
  const { target: _target, sequence: _sequence, ...command } = operation;
  operate(tx, recordId, command);
}
