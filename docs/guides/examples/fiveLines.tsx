import { createBroadcastChannelTransport } from '@imflow/core/transports';
import { FlowProvider } from '@imflow/react';
import { Chat } from '@imflow/ui';
import '@imflow/ui/styles.css';

// #region chat
const transport = createBroadcastChannelTransport({ address: 'ana' }); // another tab is Bo

export const ChatWithBo = () => (
  <FlowProvider transport={transport} remote="bo">
    <Chat name="Bo" style={{ height: '100dvh' }} />
  </FlowProvider>
);
// #endregion
