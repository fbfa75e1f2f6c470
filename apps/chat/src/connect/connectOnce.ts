import type { FileTransfer, Transport } from '@imflow/core';
import { createFileTransfer } from '@imflow/core/files';
import { type Participant, participantOnServer } from '../route/participant.ts';
import { createParticipants, type Participants } from './participants.ts';
import { ConnectError, type Problem } from './problem.ts';
import type { Account, Protocol } from './protocols.ts';

/** An account that is signed in, and the participants of its conversations. */
export interface Connected {
  readonly transport: Transport;
  readonly me: Participant;
  readonly participants: Participants;
  readonly files: FileTransfer;
  /** Normalises an address, as the transport does. */
  readonly normal: (address: string) => string;
}

/**
 * Signs in, to talk with a participant. Resolves once the transport is online. A session from before a reload of the page
 * continues.
 * @throws ConnectError that names the problem; the transport is then disconnected.
 */
export async function connectOnce(protocol: Protocol, account: Account, remote: string): Promise<Connected> {
  let fail: ((problem: Problem) => void) | undefined;
  const meet: { add?: (participant: string) => void } = {};
  const transport = await protocol.open(account, {
    onConnectionError: (problem) => fail?.(problem),
    onIncomingConversation: (participant) => meet.add?.(participant),
  });
  const normal = (address: string): string =>
    transport.normalizeAddress?.(address) ?? protocol.normal?.(address) ?? address;
  const { localAddress } = transport;
  if (normal(remote) === localAddress) throw new ConnectError({ what: 'yourself', field: 'with' });
  const participants = createParticipants(localAddress, normal);
  meet.add = participants.add;
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
    participants.add(normal(remote));
    const uploader = await protocol.createUploader?.(account, transport);
    const files = createFileTransfer(uploader && { uploader });
    return { transport, files, me: participantOnServer(localAddress), participants, normal };
  } catch (error) {
    transport.disconnect();
    throw error;
  } finally {
    fail = undefined;
  }
}
