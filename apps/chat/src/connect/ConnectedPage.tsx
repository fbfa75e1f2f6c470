import type { FileTransfer, InstantMessagingFlowOptions, Transport } from '@imflow/core';
import { createIndexedDbStorage } from '@imflow/core/storage';
import { createWebLocksTabCoordinator } from '@imflow/core/tabs';
import { FlowProvider, useFlows } from '@imflow/react';
import { ChatSettings } from '@imflow/ui';
import { type ReactElement, useMemo, useState } from 'react';
import { Conversation } from '../conversation/Conversation.tsx';
import { Conversations } from '../conversations/Conversations.tsx';
import { useNotice } from '../conversations/useNotice.ts';
import { useStoredAddresses } from '../conversations/useStoredAddresses.ts';
import { openConversation } from '../conversations/useOpenConversation.ts';
import { type Participant, participantOnServer } from '../route/participant.ts';
import { TalkTo } from './TalkTo.tsx';
import { type Participants, useParticipants } from './participants.ts';

interface ConnectedPageProps {
  readonly transport: Transport;
  readonly files: FileTransfer;
  readonly me: Participant;
  readonly participants: Participants;
  /** Normalises an address. */
  readonly normal: (address: string) => string;
}

/** All conversations of an account on a server, over one connection. */
export function ConnectedPage({ transport, files, me, participants, normal }: ConnectedPageProps): ReactElement {
  const [storage] = useState(() => createIndexedDbStorage());
  const [tabs] = useState(() => createWebLocksTabCoordinator());
  const remotes = useParticipants(participants);
  const sources = useMemo<readonly InstantMessagingFlowOptions[]>(
    () => remotes.map((remote) => ({ transport, remote, storage, tabs, files })),
    [remotes, transport, storage, tabs, files],
  );
  const flows = useFlows(sources);
  const names = useMemo(
    () => Object.fromEntries([me.address, ...remotes].map((address) => [address, participantOnServer(address).name])),
    [me, remotes],
  );

  const [muted, setMuted] = useStoredAddresses('imflow:muted');
  useNotice(flows, names, muted);

  function talkTo(address: string): void {
    const remote = normal(address);
    if (remote === me.address) return;
    participants.add(remote);
    openConversation(remote);
  }

  return (
    <ChatSettings names={names}>
      <Conversations me={me} flows={flows} muted={muted} onMutedChange={setMuted} footer={<TalkTo onChoose={talkTo} />}>
        {(open) => (
          <FlowProvider key={open.remote} flow={open}>
            <Conversation
              me={me}
              remote={participantOnServer(open.remote)}
              onServer
              // The address of the page has all values but the password, for which the page asks again.
              onSignIn={() => location.reload()}
            />
          </FlowProvider>
        )}
      </Conversations>
    </ChatSettings>
  );
}
