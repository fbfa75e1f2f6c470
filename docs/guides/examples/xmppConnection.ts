import type { Transport } from '@imflow/core';
import { createXmppTransport } from '@imflow/xmpp';

/** The connection of an account; the password is in no code and no storage. */
export function connectAna(password: string): Transport {
  return createXmppTransport({
    server: 'wss://example.com/xmpp-websocket',
    address: 'ana@example.com',
    password,
  });
}
