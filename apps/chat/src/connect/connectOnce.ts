import type { Transport } from '@imflow/core';
import type { Account, Protocol } from './protocols.ts';

/**
 * Tries whether the account can sign in. Resolves with the transport, not connected any more: whoever uses it connects.
 * @throws Error whose message tells a person what is wrong.
 */
export async function connectOnce(protocol: Protocol, account: Account): Promise<Transport> {
  let fail: ((words: string) => void) | undefined;
  const transport = await protocol.open(account, (words) => fail?.(words));
  try {
    await new Promise<void>((resolve, reject) => {
      fail = (words) => reject(new Error(words));
      transport.subscribe(() => {
        const status = transport.getStatus();
        if (status.state === 'online') resolve();
        else if (status.state === 'closed')
          reject(new Error(status.error?.message ?? 'The server refused the connection.'));
      });
      transport.connect();
    });
  } finally {
    fail = undefined;
    transport.disconnect();
  }
  return transport;
}
