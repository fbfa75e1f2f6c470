import './conversation.css';
import { createFileTransfer, createSameOriginUploader } from '@imflow/core/files';
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

/** The conversation of one user, in one tab or several. Its messages are stored in this browser. */
export function ConversationPage({ me, remote }: ConversationPageProps): ReactElement {
  const { sendDelay } = useChoices().settings;
  const [connection, setConnection] = useState(() => connect(me, sendDelay));
  // A different delay needs a new flow. The page keeps its elements, and waiting messages are in the storage.
  if (connection.sendDelay !== sendDelay) setConnection(connect(me, sendDelay));
  return (
    <FlowProvider {...connection.options} remote={remote.address}>
      <ChatSettings names={{ [me.address]: me.name, [remote.address]: remote.name }}>
        <Conversation me={me} remote={remote} />
      </ChatSettings>
    </FlowProvider>
  );
}

/** @param sendDelay for how long a message can be taken back before it is sent, in s. */
function connect(me: Participant, sendDelay: number) {
  return {
    sendDelay,
    options: {
      transport: createBroadcastChannelTransport({ address: me.address }),
      storage: createIndexedDbStorage(),
      files: createFileTransfer({ uploader: createSameOriginUploader() }),
      tabs: createWebLocksTabCoordinator(),
      template: { sendDelay: sendDelay * 1_000 },
    },
  };
}
