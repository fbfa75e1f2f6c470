'use client';

import type { Transport } from '@imflow/core';
import { createBroadcastChannelTransport } from '@imflow/core/transports';
import { FlowProvider } from '@imflow/react';
import { Chat } from '@imflow/ui';
import { type ReactElement, useState } from 'react';

/** Rendered on the server, then brought to life in the browser. The server connects to nothing. */
export function ServerPage({ me, remote, name }: { me: string; remote: string; name: string }): ReactElement {
  const [transport] = useState<Transport>(() => createBroadcastChannelTransport({ address: me }));
  return (
    <FlowProvider transport={transport} remote={remote}>
      <Chat name={name} locale="en-GB" style={{ height: '100dvh' }} />
    </FlowProvider>
  );
}
