import type { Transaction } from '../engine/transaction.ts';
import { isOutdatedPage } from '../persistence/outdated.ts';
import { dispatchReceipts } from './outgoing.ts';

/** Receipts are sent while the participant can be reached and this page can store what they report. */
export function updateReceiptsReach(tx: Transaction): void {
  const reachable = tx.state.outbox.reachable && !isOutdatedPage(tx.state);
  dispatchReceipts(tx, { type: 'reachable', reachable });
}
