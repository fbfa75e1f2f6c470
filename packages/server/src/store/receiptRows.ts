/** Groups a batch of receipts by entry. */

import type { ConversationKey, NewReceipt } from './store.ts';

/** The receipts of a batch for one entry. */
export interface ReceiptRow extends ConversationKey {
  readonly id: string;
  readonly author: string;
  readonly delivered: boolean;
  readonly displayed: boolean;
  /** A SIP response code. */
  readonly failed: number | undefined;
  /** The last receipt of the batch that is about the entry, counted from 1 in its conversation. */
  readonly ordinal: number;
}

/** Returns one row for each entry, since a statement can change a row only once. */
export function aggregate(receipts: readonly NewReceipt[]): readonly ReceiptRow[] {
  const rows = new Map<string, ReceiptRow>();
  const counts = new Map<string, number>();
  for (const { conversation, users, author, ids, outcome, code } of receipts) {
    const ordinal = (counts.get(conversation) ?? 0) + 1;
    counts.set(conversation, ordinal);
    for (const id of ids) {
      const key = JSON.stringify([conversation, id, author]);
      const known = rows.get(key);
      rows.set(key, {
        conversation,
        users,
        id,
        author,
        delivered: known?.delivered === true || outcome === 'delivered',
        displayed: known?.displayed === true || outcome === 'displayed',
        failed: known?.failed ?? (outcome === 'failed' ? (code ?? 500) : undefined),
        ordinal,
      });
    }
  }
  return Array.from(rows.values());
}
