import { createInstantMessagingFlow } from '@imflow/core';
import { createLoopbackNetwork } from '@imflow/core/transports';
import { FlowProvider } from '@imflow/react';
import { Chat } from '@imflow/ui';
import '@imflow/ui/styles.css';
import type { ReactElement } from 'react';

const network = createLoopbackNetwork(); // a messaging server inside this page
const transport = network.connect('ana');

// Bo answers everything after a moment.
const bo = createInstantMessagingFlow({ transport: network.connect('bo'), remote: 'ana' });
bo.on('messageReceived', ({ message }) => {
  bo.markDisplayed(message.id);
  bo.setLocalComposingState('composing');
  setTimeout(() => bo.sendMessage(`You said: ${message.body}`), 1_500);
});
bo.start();

export function FirstChat(): ReactElement {
  return (
    <FlowProvider transport={transport} remote="bo">
      <Chat name="Bo" style={{ height: '100dvh' }} />
    </FlowProvider>
  );
}
