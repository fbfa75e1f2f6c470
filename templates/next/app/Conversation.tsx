'use client';

import { FlowProvider } from '@imflow/react';
import { Chat } from '@imflow/ui';
import { type ReactElement, useState } from 'react';
import { connect } from './connection';

/** Rendered on the server, then hydrated in the browser. The server connects to nothing. */
export function Conversation({ me, remote, name }: { me: string; remote: string; name: string }): ReactElement {
  const [connection] = useState(() => connect(me));
  return (
    <FlowProvider {...connection} remote={remote}>
      <Chat name={name} locale="en-GB" draftKey={`draft of ${me} to ${remote}`} style={{ height: '100dvh' }} />
    </FlowProvider>
  );
}
