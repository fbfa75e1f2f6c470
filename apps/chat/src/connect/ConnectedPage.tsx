import type { Transport } from '@imflow/core';
import { createIndexedDbStorage } from '@imflow/core/storage';
import { createWebTabs } from '@imflow/core/tabs';
import { FlowProvider } from '@imflow/react';
import { ChatSettings } from '@imflow/ui';
import { type ReactElement, useState } from 'react';
import { Conversation } from '../conversation/Conversation.tsx';
import type { Person } from '../route/person.ts';

interface ConnectedPageProps {
  readonly transport: Transport;
  readonly me: Person;
  readonly remote: Person;
}

/** The chat of two people on a server. */
export function ConnectedPage({ transport, me, remote }: ConnectedPageProps): ReactElement {
  const [storage] = useState(() => createIndexedDbStorage());
  const [tabs] = useState(() => createWebTabs());
  return (
    <FlowProvider transport={transport} remote={remote.address} storage={storage} tabs={tabs}>
      <ChatSettings names={{ [me.address]: me.name, [remote.address]: remote.name }}>
        <Conversation me={me} remote={remote} onServer />
      </ChatSettings>
    </FlowProvider>
  );
}
