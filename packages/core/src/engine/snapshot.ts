import { shownComposers } from '../typing/remoteMachine.ts';
import { countOperations } from '../operations/pendingOperations.ts';
import type { MessageTable } from '../messages/messageTable.ts';
import type { FlowSnapshot } from './publicTypes.ts';
import type { FlowSettings } from './settings.ts';
import type { EngineState } from './state.ts';

/** Creates the public snapshot of a flow. Unchanged parts, and an unchanged whole, keep their identity. */
export function takeSnapshot(
  previous: FlowSnapshot | undefined,
  machines: EngineState,
  settings: FlowSettings,
  table: Pick<MessageTable, 'counts' | 'order'>,
  orderRevision: number,
  offlineDelivery: boolean,
  maxMessageBytes: number | undefined,
): FlowSnapshot {
  const { connection } = machines.lifecycle;
  const composers = shownComposers(machines.remoteComposing);
  const { ready, loading, failed, olderInStorage, olderOnServer } = machines.history;
  const next: FlowSnapshot = {
    state: machines.lifecycle.phase,
    role: machines.role,
    connection,
    remoteAvailable: machines.remoteAvailable,
    remoteLastSeen: machines.remoteLastSeen,
    canSend: connection === 'online' && (machines.remoteAvailable !== false || offlineDelivery),
    maxMessageLength: settings.maxMessageLength,
    maxMessageBytes,
    localComposingState: machines.localComposing.local,
    remoteComposingState: composers.length > 0 ? 'composing' : 'idle',
    remoteComposers: composers,
    messageConsumptionMode: settings.messageConsumptionMode,
    allowExplicitIdle: settings.allowExplicitIdle,
    composingTimeout: settings.composingTimeout,
    orderRevision,
    messageCount: table.order.length,
    unreadCount: machines.unreadCount,
    markedUnread: machines.markedUnread === true,
    outboxCount: table.counts.waiting + countOperations(machines.operations),
    failedCount: table.counts.failed,
    pendingDeliveryReports: machines.proxied.entries.length,
    history: { hasOlder: olderInStorage || olderOnServer, loading, failed, ready },
    error: machines.storageError ?? machines.connectionError,
  };
  return previous === undefined ? next : (reuse(previous, next) as FlowSnapshot);
}

/** Returns the previous value if both are equal; otherwise the next value, with the equal parts of the previous one. */
function reuse(previous: unknown, next: unknown): unknown {
  if (!isPlain(previous) || !isPlain(next)) return Object.is(previous, next) ? previous : next;
  const keys = Object.keys(next);
  let alike = keys.length === Object.keys(previous).length;
  for (const key of keys) {
    // The object was created for this snapshot and is not published yet.
    next[key] = reuse(previous[key], next[key]);
    alike &&= next[key] === previous[key];
  }
  return alike ? previous : next;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}
