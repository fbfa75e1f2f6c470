import { FlowProvider } from '@imflow/react';
import { Chat } from '@imflow/ui';
import '@imflow/ui/styles.css';
import { createWebSocketTransport } from '@imflow/websocket';
import { createRoot } from 'react-dom/client';

// http://localhost:5173/?me=ana&with=bo
const query = new URLSearchParams(location.search);
const [me, remote] = [query.get('me') ?? 'ana', query.get('with') ?? 'bo'];
const url = `${location.origin.replace(/^http/, 'ws')}/chat`;
const transport = createWebSocketTransport({ url, address: me, token: me });

const root = document.querySelector('#root');
if (root) {
  createRoot(root).render(
    <FlowProvider transport={transport} remote={remote}>
      <Chat name={remote} style={{ height: '100dvh' }} />
    </FlowProvider>,
  );
}
