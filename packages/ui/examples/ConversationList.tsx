import { type FlowSource, type InstantMessagingFlow, useFlows } from '@imflow/react';
import { Chat, ConversationList } from '@imflow/ui';
import '@imflow/ui/conversation-list.css';
import '@imflow/ui/styles.css';
import { type ReactElement, useState } from 'react';

/** Several conversations, and the one that is open. */
export function ConversationListAnatomy({ sources }: { sources: readonly FlowSource[] }): ReactElement {
  const flows = useFlows(sources);
  const [selected, setSelected] = useState<InstantMessagingFlow>();
  return (
    <>
      <ConversationList flows={flows} selected={selected} onSelect={setSelected}>
        {(row) => <ConversationList.Item {...row} />}
      </ConversationList>
      {selected && <Chat key={selected.remote} flow={selected} />}
    </>
  );
}
