import { createInstantMessagingFlow } from '@imflow/core';
import { FlowProvider } from '@imflow/react';
import { createFakeTransport, type FakeTransport } from '@imflow/testing';
import { expect, it, onTestFinished } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import '../styles.css';
import '../conversation-list.css';
import { Chat, ChatSettings, ConversationList } from '../index.ts';

const EMPTY = 'No messages yet. Say hello!';

/** A conversation and its row in the list, while the transport connects. */
async function showConnecting(): Promise<FakeTransport> {
  const transport = createFakeTransport({ autoConnect: false, capabilities: { history: true } });
  const flow = createInstantMessagingFlow({ transport, remote: 'bo' });
  flow.start();
  onTestFinished(() => flow.terminate());
  transport.setStatus({ state: 'connecting' });
  await render(
    <ChatSettings names={{ bo: 'Bo' }}>
      <ConversationList flows={[flow]} selected={flow} onSelect={() => {}} />
      <FlowProvider flow={flow}>
        <div style={{ display: 'flex', flexDirection: 'column', blockSize: 400 }}>
          <Chat />
        </div>
      </FlowProvider>
    </ChatSettings>,
  );
  await expect.element(page.getByText('Loading earlier messages…')).toBeVisible();
  return transport;
}

it('B449 no conversation is shown as empty before the server has answered', async () => {
  const transport = await showConnecting();
  expect(page.getByText(EMPTY).elements()).toEqual([]);
  transport.setStatus({ state: 'online' });
  await expect.poll(() => transport.historyRequests.length).toBe(1);
  expect(page.getByText(EMPTY).elements()).toEqual([]);
  transport.historyRequests[0]?.accept({ messages: [], end: true });
  await expect.poll(() => page.getByText(EMPTY).elements().length).toBe(2);
});

it('B449 a conversation whose history cannot be read is not shown as empty', async () => {
  const transport = await showConnecting();
  transport.setStatus({ state: 'online' });
  await expect.poll(() => transport.historyRequests.length).toBe(1);
  transport.historyRequests[0]?.fail(new Error('busy'));
  await expect.element(page.getByText('Earlier messages could not be loaded.')).toBeVisible();
  expect(page.getByText(EMPTY).elements()).toEqual([]);
});
