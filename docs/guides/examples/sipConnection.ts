import type { Transport } from '@imflow/core';
import { sipTransport } from '@imflow/sip';

/** The connection of an account; the password is in no code and no storage. */
export function connectAnaBySip(password: string): Transport {
  return sipTransport({
    server: 'wss://example.com:7443',
    address: 'sip:ana@example.com',
    password,
  });
}
