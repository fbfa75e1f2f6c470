import type { MessageStorage, TabCoordinator, Transport } from '@imflow/core';
import { createIndexedDbStorage } from '@imflow/core/storage';
import { createWebLocksTabCoordinator } from '@imflow/core/tabs';
import { createBroadcastChannelTransport } from '@imflow/core/transports';

/** What all conversations of a user share. */
interface Connection {
  readonly transport: Transport;
  readonly storage: MessageStorage;
  readonly tabs: TabCoordinator;
}

const connections = new Map<string, Connection>();

/**
 * Returns the connection of a user. In a browser it stays the same one, so that hot reload keeps the conversation. A server
 * makes a new one for each rendering, since all requests share its modules.
 */
export function connect(address: string): Connection {
  const connection = connections.get(address) ?? create(address);
  if (typeof window !== 'undefined') connections.set(address, connection);
  return connection;
}

function create(address: string): Connection {
  return {
    transport: createBroadcastChannelTransport({ address }), // another tab; replace it with your own transport
    storage: createIndexedDbStorage(),
    tabs: createWebLocksTabCoordinator(),
  };
}
