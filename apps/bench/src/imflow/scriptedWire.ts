import type { Channel, ChannelEvent, IncomingMessage, Transport } from '@imflow/core';

/** A transport that a measurement controls, with an archive. The participant never answers. */
export interface ScriptedWire {
  readonly transport: Transport;
  /** How many frames the engine has acknowledged. */
  acknowledged(): number;
  emit(event: ChannelEvent): void;
  reconnect(): void;
}

/** @param catchUp the engine reads the missed messages from the archive. */
export function createScriptedWire(archive: readonly IncomingMessage[], catchUp: boolean): ScriptedWire {
  let state: 'offline' | 'online' = 'offline';
  let acknowledged = 0;
  const listeners = new Set<() => void>();
  const receivers = new Set<(event: ChannelEvent) => void>();
  const transport: Transport = {
    localAddress: 'ana',
    capabilities: {
      deliveryNotifications: true,
      displayedNotifications: 'up-to',
      history: true,
      catchUp,
      offlineDelivery: true,
      maxInFlight: 32,
    },
    connect: () => {},
    disconnect: () => {},
    getStatus: () => ({ state }),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    openChannel(_remote, receive): Channel {
      receivers.add(receive);
      return {
        send: async () => ({ outcome: 'accepted' }),
        sendComposing: async () => {},
        sendNotification: async () => {},
        acknowledge: () => void (acknowledged += 1),
        async loadHistory({ before, limit }) {
          await nextTask();
          const end = before === undefined ? archive.length : Number(before);
          const start = Math.max(0, end - limit);
          return { messages: archive.slice(start, end), end: start === 0 };
        },
        close: () => receivers.delete(receive),
      };
    },
  };
  return {
    transport,
    acknowledged: () => acknowledged,
    emit(event: ChannelEvent) {
      for (const receive of receivers) receive(event);
    },
    reconnect() {
      state = 'online';
      for (const listener of listeners) listener();
    },
  };
}

/** Resolves in a later task, before which the browser may paint, as it may between two frames of a WebSocket. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
