'use client';

import type { Transport } from '@imflow/core';
import { createBroadcastChannelTransport } from '@imflow/core/transports';
import { FlowProvider } from '@imflow/react';
import { Chat } from '@imflow/ui';
import { type ReactElement, useState } from 'react';

/** Rendered on the server, then brought to life in the browser. The server connects to nothing. */
export function ServerPage({ me, remote }: { me: string; remote: string }): ReactElement {
  const [transport] = useState<Transport>(() => createBroadcastChannelTransport({ address: me }));
  return (
    <FlowProvider transport={transport} remote={remote}>
      <Chat names={{ [remote]: 'Bo' }} locale="en-GB" />
    </FlowProvider>
  );
}
