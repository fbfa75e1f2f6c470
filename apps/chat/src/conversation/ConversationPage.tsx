import './conversation.css';
import { createIndexedDbStorage } from '@imflow/core/storage';
import { createWebLocksTabCoordinator } from '@imflow/core/tabs';
import { createBroadcastChannelTransport } from '@imflow/core/transports';
import { FlowProvider } from '@imflow/react';
import { ChatSettings } from '@imflow/ui';
import { type ReactElement, useState } from 'react';
import type { Participant } from '../route/participant.ts';
import { useChoices } from '../settings/SettingsProvider.tsx';
import { Conversation } from './Conversation.tsx';

interface ConversationPageProps {
  readonly me: Participant;
  readonly remote: Participant;
}

/** One person in a tab of their own, or in several. What is said is kept in this browser. */
export function ConversationPage(props: ConversationPageProps): ReactElement {
  const { sendDelay } = useChoices().settings;
  // With another delay, all begins anew: what waits is in the storage.
  return <StoredConversation key={sendDelay} sendDelay={sendDelay} {...props} />;
}

interface StoredConversationProps extends ConversationPageProps {
  /** For how long a message can be taken back before it is sent, in s. */
  readonly sendDelay: number;
}

function StoredConversation({ me, remote, sendDelay }: StoredConversationProps): ReactElement {
  const [transport] = useState(() => createBroadcastChannelTransport({ address: me.address }));
  const [storage] = useState(() => createIndexedDbStorage());
  const [tabs] = useState(() => createWebLocksTabCoordinator());
  const [template] = useState({ sendDelay: sendDelay * 1_000 });
  return (
    <FlowProvider transport={transport} remote={remote.address} storage={storage} tabs={tabs} template={template}>
      <ChatSettings names={{ [me.address]: me.name, [remote.address]: remote.name }}>
        <Conversation me={me} remote={remote} />
      </ChatSettings>
    </FlowProvider>
  );
}
