/** The receipts that arrived before the messages that they name, from history or live. */

import { setState, type Transaction } from '../engine/transaction.ts';
import type { HistoryReceipt } from '../ports/transport.ts';
import { isObject, tryRead } from '../validation/guards.ts';
import { parseHistoryReceipts } from '../validation/receipts.ts';

/** The most receipts that wait for their messages; the oldest are dropped. They are stored with the conversation. */
const MAX_UNMATCHED_RECEIPTS = 1_000;

/** Keeps receipts until their messages are known. Returns whether any of them was not kept already. */
export function mergeUnmatchedReceipts(tx: Transaction, receipts: readonly HistoryReceipt[]): boolean {
  const kept = tx.state.unmatchedReceipts;
  const known = new Set(kept.map(keyOf));
  const more = [...new Map(receipts.map((receipt) => [keyOf(receipt), receipt])).values()].filter(
    (receipt) => !known.has(keyOf(receipt)),
  );
  if (more.length > 0) setState(tx, { unmatchedReceipts: [...kept, ...more].slice(-MAX_UNMATCHED_RECEIPTS) });
  return more.length > 0;
}

/** The unmatched receipts in the meta data of a conversation, or in a post of a different tab. */
export function parseUnmatchedReceipts(value: unknown): readonly HistoryReceipt[] {
  const receipts = tryRead(() => (isObject(value) ? value['unmatchedReceipts'] : undefined), undefined);
  return parseHistoryReceipts(receipts, MAX_UNMATCHED_RECEIPTS);
}

/** Splits a receipt into one for each message that it names; the list is then no longer needed. */
export function receiptForEach({ messageIds, ...receipt }: HistoryReceipt): readonly HistoryReceipt[] {
  if (messageIds === undefined) return [receipt];
  const { upTo: _upTo, ...displayed } = receipt;
  return [displayed, ...messageIds.map((messageId) => ({ ...displayed, messageId }))];
}

function keyOf({ outcome, upTo, messageId }: HistoryReceipt): string {
  return `${outcome}${upTo === true ? ' up to' : ''}:${messageId}`;
}
