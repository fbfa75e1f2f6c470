import { createIndexedDbStorage } from '@imflow/core/storage';
import { createWebLocksTabCoordinator } from '@imflow/core/tabs';
import { createBroadcastChannelTransport } from '@imflow/core/transports';
import { FlowProvider } from '@imflow/react';
import { Chat } from '@imflow/ui';
import '@imflow/ui/styles.css';
import { type ReactElement, useState } from 'react';

const storage = createIndexedDbStorage();
const tabs = createWebLocksTabCoordinator();

/** A conversation that may be open in several tabs of this browser. */
export function TabChat({ me, remote }: { me: string; remote: string }): ReactElement {
  const [transport] = useState(() => createBroadcastChannelTransport({ address: me }));
  return (
    <FlowProvider transport={transport} remote={remote} storage={storage} tabs={tabs}>
      <Chat draftKey={`draft of ${me} to ${remote}`} />
    </FlowProvider>
  );
}
