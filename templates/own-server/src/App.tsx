import { FlowProvider } from '@imflow/react';
import { Chat } from '@imflow/ui';
import type { ReactElement } from 'react';
import { conversation, me } from './conversation.ts';

export function App(): ReactElement {
  const { remote } = conversation;
  return (
    <FlowProvider {...conversation}>
      <Chat name={remote} draftKey={`draft of ${me} to ${remote}`} />
    </FlowProvider>
  );
}
