import type { Transaction } from '../engine/transaction.ts';
import { isOutdatedPage } from '../persistence/outdated.ts';
import { dispatchReceipts } from './outgoing.ts';

/** Updates whether receipts may be sent: the participant is reachable and this page can store the reported status. */
export function updateReceiptsReach(tx: Transaction): void {
  const reachable = tx.state.outbox.reachable && !isOutdatedPage(tx.state);
  dispatchReceipts(tx, { type: 'reachable', reachable });
}
