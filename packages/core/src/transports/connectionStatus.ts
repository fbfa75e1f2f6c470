import type { TransportStatus } from '../ports/transport.ts';

/** The status of a transport and its subscribers. */
export interface ConnectionStatus {
  readonly get: () => TransportStatus;
  /** Does nothing for the current state, nor after `closed`. */
  readonly set: (status: TransportStatus) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

export function createConnectionStatus(): ConnectionStatus {
  let current: TransportStatus = { state: 'offline' };
  const listeners = new Set<() => void>();
  return {
    get: () => current,
    set(status) {
      if (current.state === 'closed' || current.state === status.state) return;
      current = status;
      for (const listener of Array.from(listeners)) listener();
    },
    subscribe(listener) {
      // Wrapped, so that one function subscribed twice is called twice.
      const entry = (): void => listener();
      listeners.add(entry);
      return () => {
        listeners.delete(entry);
      };
    },
  };
}
