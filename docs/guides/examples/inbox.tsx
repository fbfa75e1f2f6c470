import type { InstantMessagingFlow, Transport } from '@imflow/core';
import { useFlows } from '@imflow/react';
import { Chat, ConversationList } from '@imflow/ui';
import '@imflow/ui/conversation-list.css';
import '@imflow/ui/styles.css';
import { type ReactElement, useMemo, useState } from 'react';

/** A list of conversations, and the one that is open. @param remotes the participants, which your backend knows. */
export function Inbox({
  transport,
  remotes,
}: {
  readonly transport: Transport;
  readonly remotes: readonly string[];
}): ReactElement {
  const sources = useMemo(() => remotes.map((remote) => ({ transport, remote })), [transport, remotes]);
  const flows = useFlows(sources);
  const [open, setOpen] = useState<InstantMessagingFlow>();
  return (
    <div style={{ display: 'grid', gridTemplate: 'minmax(0, 1fr) / 20rem 1fr', height: '100dvh' }}>
      <div style={{ display: 'flex', flexDirection: 'column', minHeight: 0 }}>
        <ConversationList flows={flows} selected={open} onSelect={setOpen} search>
          {(row) => <ConversationList.Item {...row} />}
        </ConversationList>
      </div>
      {open && <Chat key={open.remote} flow={open} />}
    </div>
  );
}
