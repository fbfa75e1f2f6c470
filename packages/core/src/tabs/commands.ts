import { isNonEmptyString } from '../validation/guards.ts';
import { markDisplayedInOtherTab } from '../receipts/outgoing.ts';
import { discard, retry } from '../outbox/handlers.ts';
import type { Transaction } from '../engine/transaction.ts';

/** Does what the user wished in a tab that mirrors. Unchecked; what makes no sense is no wish. */
export function applyCommand(tx: Transaction, { kind, id, ids }: Readonly<Record<string, unknown>>): void {
  if (kind === 'seen' && Array.isArray(ids)) markDisplayedInOtherTab(tx, ids.filter(isNonEmptyString));
  if (kind === 'retry' && isNonEmptyString(id)) retry(tx, id);
  if (kind === 'discard' && isNonEmptyString(id)) discard(tx, id);
}
