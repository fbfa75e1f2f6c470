import type { Transaction } from '../engine/transaction.ts';
import { isOutdatedPage } from '../persistence/outdated.ts';
import { dispatchReceipts } from './outgoing.ts';

/** Receipts go out while the participant can be reached, and while this page can keep what it reports. */
export function updateReceiptsReach(tx: Transaction): void {
  const reachable = tx.state.outbox.reachable && !isOutdatedPage(tx.state);
  dispatchReceipts(tx, { type: 'reachable', reachable });
}
