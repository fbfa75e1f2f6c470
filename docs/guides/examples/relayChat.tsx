import { FlowProvider } from '@imflow/react';
import { Chat } from '@imflow/ui';
import { type ReactElement, useState } from 'react';
import { createRelayTransport } from './relayTransport.ts';

export function RelayChat({ me, remote, relay }: { me: string; remote: string; relay: string }): ReactElement {
  const [transport] = useState(() => createRelayTransport(me, () => new WebSocket(relay)));
  return (
    <FlowProvider transport={transport} remote={remote}>
      <Chat />
    </FlowProvider>
  );
}
