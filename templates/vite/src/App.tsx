import { FlowProvider } from '@imflow/react';
import { Chat } from '@imflow/ui';
import type { ReactElement } from 'react';
import { conversation } from './conversation.ts';

export function App(): ReactElement {
  return (
    <FlowProvider {...conversation}>
      <Chat name="Bo" draftKey={`draft to ${conversation.remote}`} />
    </FlowProvider>
  );
}
