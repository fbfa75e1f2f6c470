import { diagnose, setHistory, type Transaction } from '../engine/transaction.ts';
import type { FlowError } from '../errors/FlowError.ts';

/**
 * Loads older messages from the storage, then from the server. Without a connection, the page of the server is loaded
 * once there is a connection.
 * @param limit the number of messages on a page of the storage. Default: `pageSize`.
 */
export function loadOlder(tx: Transaction, limit?: number): void {
  const { history, lifecycle } = tx.state;
  if (waitsForConnection(tx)) {
    setHistory(tx, { loading: true, failed: false, requested: true });
    tx.effects.push({ type: 'olderLoaded', count: 0 });
    return;
  }
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

/** Ends the load of a page that could not be read, or waits for the connection to read it. */
export function olderFailed(tx: Transaction, error: FlowError): void {
  if (waitsForConnection(tx)) {
    loadOlder(tx);
    return;
  }
  setHistory(tx, { loading: false, failed: true });
  diagnose(tx, 'history-unreadable', error.message, error);
  tx.effects.push({ type: 'olderLoaded', count: 0 });
}

/** Loads the page that was requested before the stored messages were read, or that was lost with the last connection. */
export function loadRequested(tx: Transaction): void {
  const { ready, requested, failed } = tx.state.history;
  if (!ready || !(requested || failed)) return;
  setHistory(tx, { loading: false, failed: false, requested: false });
  loadOlder(tx);
}

function waitsForConnection({ state: { history, lifecycle } }: Transaction): boolean {
  const isOnServer = history.ready && !history.olderInStorage && history.olderOnServer;
  return isOnServer && lifecycle.started && lifecycle.connection !== 'online';
}
