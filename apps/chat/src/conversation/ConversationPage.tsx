import './conversation.css';
import { createIndexedDbStorage } from '@imflow/core/storage';
import { createWebLocksTabCoordinator } from '@imflow/core/tabs';
import { createBroadcastChannelTransport } from '@imflow/core/transports';
import { FlowProvider } from '@imflow/react';
import { ChatSettings } from '@imflow/ui';
import { type ReactElement, useState } from 'react';
import type { Participant } from '../route/participant.ts';
import { Conversation } from './Conversation.tsx';

interface ConversationPageProps {
  readonly me: Participant;
  readonly remote: Participant;
}

/** One person in a tab of their own, or in several. What is said is kept in this browser. */
export function ConversationPage({ me, remote }: ConversationPageProps): ReactElement {
  const [transport] = useState(() => createBroadcastChannelTransport({ address: me.address }));
  const [storage] = useState(() => createIndexedDbStorage());
  const [tabs] = useState(() => createWebLocksTabCoordinator());
  return (
    <FlowProvider transport={transport} remote={remote.address} storage={storage} tabs={tabs}>
      <ChatSettings names={{ [me.address]: me.name, [remote.address]: remote.name }}>
        <Conversation me={me} remote={remote} />
      </ChatSettings>
    </FlowProvider>
  );
}
