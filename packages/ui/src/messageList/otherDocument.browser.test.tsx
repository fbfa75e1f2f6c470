import { createInstantMessagingFlow, type InstantMessagingFlow } from '@imflow/core';
import { createFakeTransport, type FakeTransport } from '@imflow/testing';
import { createPortal } from 'react-dom';
import { expect, it, onTestFinished, vi } from 'vitest';
import { render } from 'vitest-browser-react';
import { nextFrames } from '../../fixtures/render.tsx';
import { Chat } from '../index.ts';
import '../styles.css';

interface Shown {
  readonly flow: InstantMessagingFlow;
  readonly transport: FakeTransport;
  readonly other: Document;
}

/** Renders a chat into the document of a different window, by a portal. The test decides which window has the focus. */
async function showInOtherWindow(hasFocus: { readonly page: boolean; readonly other: boolean }): Promise<Shown> {
  const frame = document.createElement('iframe');
  frame.style.cssText = 'inline-size: 340px; block-size: 400px; border: 0';
  document.body.append(frame);
  onTestFinished(() => frame.remove());
  const other = frame.contentDocument as Document;
  for (const style of document.querySelectorAll('style, link[rel="stylesheet"]'))
    other.head.append(style.cloneNode(true));
  vi.spyOn(document, 'hasFocus').mockImplementation(() => hasFocus.page);
  other.hasFocus = () => hasFocus.other;
  onTestFinished(() => void vi.restoreAllMocks());
  const transport = createFakeTransport();
  const flow = createInstantMessagingFlow({ transport, remote: 'bo' });
  flow.start();
  onTestFinished(() => flow.terminate());
  const height = (
    <div style={{ blockSize: 380 }}>
      <Chat flow={flow} />
    </div>
  );
  await render(<>{createPortal(height, other.body)}</>);
  await vi.waitFor(() => expect(other.querySelector('[role="log"]')).not.toBeNull());
  await nextFrames(4);
  return { flow, transport, other };
}

function receive(transport: FakeTransport): void {
  transport.push({
    type: 'message',
    message: { messageId: 'm1', sender: 'bo', contentType: 'text/plain', body: 'Hello' },
  });
}

it('B304 a message is displayed where the window that shows the chat has the focus, though the main page has not', async () => {
  const { transport, flow } = await showInOtherWindow({ page: false, other: true });
  receive(transport);
  await vi.waitFor(() => expect(transport.wire).toContain('displayed:m1'), { timeout: 5_000 });
  expect(flow.store.getState().unreadCount).toBe(0);
});

it('B304 a message stays unread, and below the "New" line, until the window of the chat has the focus', async () => {
  const hasFocus = { page: true, other: false };
  const { transport, other } = await showInOtherWindow(hasFocus);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  receive(transport);
  await advancePastReadingTime();
  expect(other.querySelector('.imflow-unread')).not.toBeNull();
  expect(transport.wire).toEqual(['delivered:m1']);
  hasFocus.other = true;
  other.defaultView?.dispatchEvent(new Event('focus'));
  await advancePastReadingTime();
  expect(transport.wire).toEqual(['delivered:m1', 'displayed:m1']);
});

/** Waits for frames, in which the observer reports the visible messages, and for the time after which they count as read. */
async function advancePastReadingTime(): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
    await vi.advanceTimersByTimeAsync(1_000);
  }
}
