import type { Transport } from '@imflow/core';
import { ConnectError, type Problem } from './problem.ts';
import type { Account, Protocol } from './protocols.ts';

/**
 * Signs in. Resolves with the transport once it is online; a session of before the page was reloaded goes on.
 * @throws ConnectError that tells what is wrong; the transport is then let go.
 */
export async function connectOnce(
  protocol: Protocol,
  account: Account,
  onIncomingConversation: (participant: string) => void,
): Promise<Transport> {
  let fail: ((problem: Problem) => void) | undefined;
  const transport = await protocol.open(account, {
    onConnectionError: (problem) => fail?.(problem),
    onIncomingConversation,
  });
  try {
    await new Promise<void>((resolve, reject) => {
      fail = (problem) => reject(new ConnectError(problem));
      transport.subscribe(() => {
        const status = transport.getStatus();
        if (status.state === 'online') resolve();
        else if (status.state === 'closed')
          reject(new ConnectError({ what: 'refused', ...(status.error && { detail: status.error.message }) }));
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
