import { FlowProvider, type InstantMessagingFlow } from '@imflow/react';
import type { CSSProperties, ReactElement } from 'react';
import { createRoot } from 'react-dom/client';
import { beforeEach, expect, it, type MockInstance, onTestFinished, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { message, startConversation } from '../../fixtures/conversation.ts';
import {
  Avatar,
  Chat,
  ChatHeader,
  Composer,
  ConnectionBanner,
  ConversationList,
  DeliveryTicks,
  FindBar,
  MessageList,
  TypingIndicator,
} from '../index.ts';
import styles from '../styles.css?inline';

const NO_STYLES =
  "imflow: The style sheet of the components is missing. Import '@imflow/ui/styles.css' once; in a shadow root, put its text inside it. A page with a style sheet of its own defines --imflow-font.";
const NO_HEIGHT =
  'imflow: A message list is as high as its messages, so that it cannot scroll and renders all of them. Give an element around it a height, such as block-size: 100dvh.';

let warn: MockInstance<typeof console.warn>;

beforeEach(async () => {
  warn = vi.spyOn(console, 'warn').mockReturnValue();
  // Executes each check as soon as it is scheduled.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true });
  onTestFinished(() => void vi.useRealTimers());
  await page.viewport(420, 720);
});

function addStyles(css: string): void {
  const element = document.createElement('style');
  element.textContent = css;
  document.head.append(element);
  onTestFinished(() => element.remove());
}

/** Shows a message list in an element, once it has its messages. */
async function show(count: number, style: CSSProperties = {}): Promise<HTMLElement> {
  const stored = Array.from({ length: count }, (_, index) => message(index + 1, { at: Date.now() }));
  const conversation = startConversation({ stored, template: { pageSize: 100 } });
  onTestFinished(() => conversation.end());
  const screen = await render(
    <div style={style}>
      <FlowProvider flow={conversation.ana}>
        <MessageList />
      </FlowProvider>
    </div>,
  );
  const log = screen.container.querySelector<HTMLElement>('[role="log"]') as HTMLElement;
  await expect.poll(() => log.querySelectorAll('article').length).toBeGreaterThanOrEqual(Math.min(count, 3));
  return log;
}

/** Waits until the size observer has reported, and the check has run. */
async function settle(): Promise<void> {
  for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
  await vi.advanceTimersByTimeAsync(1_000);
}

const sentences = (): unknown[] => warn.mock.calls.flat();

// Each warning appears once per page, so the cases without a warning come first.

it('B439 a style sheet that arrives within a second, or one of the page itself, causes no warning', async () => {
  await show(3, { height: 400 });
  addStyles(styles);
  await settle();
  await show(3, { height: 400, '--imflow-font': 'serif' } as CSSProperties);
  await settle();
  expect(sentences()).toEqual([]);
});

it('B439 a message list that is not displayed causes no warning', async () => {
  await show(3, { display: 'none' });
  await settle();
  expect(sentences()).toEqual([]);
});

it.each([
  ['scrolls', 60, 500],
  ['is higher than the window and has room for more messages', 3, 2_000],
  ['is higher than the window and scrolls', 60, 1_500],
])('B440 a message list with a height that %s causes no warning', async (_title, count, height) => {
  addStyles(styles);
  const log = await show(count, { display: 'flex', flexDirection: 'column', height });
  await settle();
  await settle();
  expect(log.clientHeight).toBe(height);
  expect(sentences()).toEqual([]);
});

it('B439 a missing style sheet causes one warning for each document', async () => {
  await show(3, { height: 400 });
  expect(sentences()).toEqual([]);
  await settle();
  expect(sentences()).toEqual([NO_STYLES]);
  await show(3, { height: 400 });
  await settle();
  expect(sentences()).toEqual([NO_STYLES]);
});

it.each<[string, (flow: InstantMessagingFlow) => ReactElement]>([
  ['Chat', () => <Chat />],
  ['ChatHeader', () => <ChatHeader />],
  ['MessageList', () => <MessageList />],
  ['Composer', () => <Composer />],
  ['FindBar', () => <FindBar onClose={() => {}} />],
  ['ConversationList', (flow) => <ConversationList flows={[flow]} onSelect={() => {}} />],
  ['ConversationList.Header', () => <ConversationList.Header />],
  ['ConnectionBanner', () => <ConnectionBanner />],
  ['TypingIndicator', () => <TypingIndicator />],
  ['DeliveryTicks', () => <DeliveryTicks status="sent" />],
  ['Avatar', () => <Avatar address="bo" />],
])('B439 %s alone notices that the style sheet is missing in its document', async (_title, child) => {
  const { ana, end } = startConversation();
  const frame = document.createElement('iframe');
  document.body.append(frame);
  const root = createRoot((frame.contentDocument as Document).body);
  onTestFinished(() => {
    root.unmount();
    frame.remove();
    end();
  });
  root.render(<FlowProvider flow={ana}>{child(ana)}</FlowProvider>);
  await settle();
  expect(sentences()).toEqual([NO_STYLES]);
});

it('B439 a chat in a shadow root without the style sheet causes a warning, beside a chat in a document that has it', async () => {
  const frame = document.createElement('iframe');
  document.body.append(frame);
  const inside = frame.contentDocument as Document;
  const outer = inside.body.appendChild(inside.createElement('div'));
  outer.style.setProperty('--imflow-font', 'serif');
  const host = inside.body.appendChild(inside.createElement('div'));
  const places = [outer, host.attachShadow({ mode: 'open' })];
  const { ana, end } = startConversation();
  const roots = places.map((place) => createRoot(place));
  onTestFinished(() => {
    for (const root of roots) root.unmount();
    frame.remove();
    end();
  });
  const [styled, unstyled] = roots.map((root) => () => {
    root.render(
      <FlowProvider flow={ana}>
        <Composer />
      </FlowProvider>,
    );
  });
  styled?.();
  await settle();
  expect(sentences()).toEqual([]);
  unstyled?.();
  await settle();
  expect(sentences()).toEqual([NO_STYLES]);
});

it('B440 a message list that is as high as its messages causes a warning once it is higher than the window', async () => {
  addStyles(styles);
  const few = await show(3);
  await settle();
  expect(few.clientHeight).toBeLessThan(innerHeight);
  expect(sentences()).toEqual([]);
  const many = await show(60);
  await settle();
  await settle();
  expect(many.scrollHeight).toBe(many.clientHeight);
  expect(sentences()).toEqual([NO_HEIGHT]);
});
