import { setHistory, type Transaction } from '../engine/transaction.ts';

/**
 * Loads older messages from the storage, then from the server.
 * @param limit how many a page from the storage holds. Default: `pageSize`.
 */
export function loadOlder(tx: Transaction, limit?: number): void {
  const { history, lifecycle } = tx.state;
  if (history.loading) return;
  if (lifecycle.started && !history.ready) {
    setHistory(tx, { loading: true, failed: false, requested: true });
  } else if (history.olderInStorage || history.olderOnServer) {
    setHistory(tx, { loading: true, failed: false });
    tx.effects.push({ type: 'loadOlder', from: history.olderInStorage ? 'storage' : 'server', limit });
  } else {
    tx.effects.push({ type: 'olderLoaded', count: 0 });
  }
}
