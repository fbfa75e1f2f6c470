import { setHistory, type Transaction } from '../engine/transaction.ts';

/** Loads older messages from the storage, then from the server. */
export function loadOlder(tx: Transaction): void {
  const { history, lifecycle } = tx.state;
  if (history.loading) return;
  if (lifecycle.started && !history.ready) {
    setHistory(tx, { loading: true, failed: false, requested: true });
  } else if (history.olderInStorage || history.olderOnWire) {
    setHistory(tx, { loading: true, failed: false });
    tx.effects.push({ type: 'loadOlder', from: history.olderInStorage ? 'storage' : 'wire' });
  } else {
    tx.effects.push({ type: 'olderLoaded', count: 0 });
  }
}
