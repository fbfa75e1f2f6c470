import type { Transport } from '@imflow/core';
import type { Account, Protocol } from './protocols.ts';

/**
 * Signs in. Resolves with the transport once it is online; a session of before the page was reloaded goes on.
 * @throws Error whose message tells a person what is wrong; the transport is then let go.
 */
export async function connectOnce(
  protocol: Protocol,
  account: Account,
  onConversation: (participant: string) => void,
): Promise<Transport> {
  let fail: ((words: string) => void) | undefined;
  const transport = await protocol.open(account, { onProblem: (words) => fail?.(words), onConversation });
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
    return transport;
  } catch (error) {
    transport.disconnect();
    throw error;
  } finally {
    fail = undefined;
  }
}
