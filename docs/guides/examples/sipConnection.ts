import type { Transport } from '@imflow/core';
import { createSipTransport } from '@imflow/sip';

/** The connection of an account; the password is in no code and no storage. */
export function connectAnaBySip(password: string): Transport {
  return createSipTransport({
    server: 'wss://example.com:7443',
    address: 'sip:ana@example.com',
    password,
  });
}
