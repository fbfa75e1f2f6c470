import { createIndexedDbStorage } from '@imflow/core/storage';
import { createInstantMessagingFlow, systemClock, TransportFailure } from '@imflow/core';
import { createBroadcastChannelTransport, createLoopbackNetwork, type LoopbackNetwork } from '@imflow/core/transports';
import { FlowProvider } from '@imflow/react';
import css from '@imflow/ui/styles.css?inline';
import { createFakeTransport } from '@imflow/testing';
import type { ReactElement } from 'react';
import { expect, it, onTestFinished, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { ChatWithFiles } from './chatWithFiles.tsx';
import { FindableChat } from './findInConversation.tsx';
import { FirstChat } from './firstChat.tsx';
import { ChatWithBo } from './fiveLines.tsx';
import { Inbox } from './inbox.tsx';
import { InspectedChat } from './inspector.tsx';
import { filesInBucket } from './signedFiles.ts';
import { PlacesChat } from './locationMessage.tsx';
import { PinningChat, UnhurriedChat } from './messageActions.tsx';
import { Notified } from './notifications.tsx';
import { OutboxNotice } from './outboxNotice.tsx';
import { createMemoryRelay } from './memoryRelay.ts';
import { BareChat } from './ownComponents.tsx';
import { CompactChat } from './ownParts.tsx';
import { RelayChat } from './relayChat.tsx';
import { SupportChat } from './themedChat.tsx';
import { Devtools } from './tanstackDevtools.tsx';
import { mountWidget } from './widget.tsx';
import { TabChat } from './twoTabs.tsx';

type Flow = ReturnType<typeof createInstantMessagingFlow>;

function start(network: LoopbackNetwork, local: string, remote: string): Flow {
  const flow = createInstantMessagingFlow({ transport: network.connect(local), remote });
  flow.start();
  onTestFinished(() => flow.terminate());
  return flow;
}

/** A component in Ana's conversation with Bo. */
async function inConversation(
  child: ReactElement,
): Promise<{ network: LoopbackNetwork; ana: Flow; bo: Flow; screen: Awaited<ReturnType<typeof render>> }> {
  const network = createLoopbackNetwork();
  const [ana, bo] = [start(network, 'ana', 'bo'), start(network, 'bo', 'ana')];
  const screen = await render(<FlowProvider flow={ana}>{child}</FlowProvider>);
  await expect.poll(() => ana.store.getState().connection).toBe('online');
  return { network, ana, bo, screen };
}

it('firstChat.tsx: Bo reads, types and answers', async () => {
  const screen = await render(<FirstChat />);
  await userEvent.type(screen.getByRole('textbox', { name: 'Message Bo' }), 'Hello{Enter}');
  await expect.element(screen.getByText('Bo is typing…')).toBeVisible();
  await expect.element(screen.getByText('You said: Hello', { exact: true }), { timeout: 5_000 }).toBeVisible();
  await expect.element(screen.getByText('Read', { exact: true })).toBeInTheDocument();
});

it('fiveLines.tsx renders a chat with another tab', async () => {
  const bo = createInstantMessagingFlow({
    transport: createBroadcastChannelTransport({ address: 'bo' }),
    remote: 'ana',
  });
  bo.start();
  onTestFinished(() => bo.terminate());
  const screen = await render(<ChatWithBo />);
  await userEvent.type(screen.getByRole('textbox', { name: 'Message Bo' }), 'Hello{Enter}');
  await expect.element(screen.getByText('Delivered', { exact: true })).toBeInTheDocument();
});

it('ownComponents.tsx renders a chat without the kit', async () => {
  const network = createLoopbackNetwork();
  const bo = start(network, 'bo', 'ana');
  const screen = await render(<BareChat transport={network.connect('ana')} remote="bo" />);
  await userEvent.type(screen.getByRole('textbox', { name: 'Message' }), 'Hello');
  await expect.poll(() => bo.store.getState().remoteComposingState).toBe('composing');
  await userEvent.keyboard('{Enter}');
  await expect.element(screen.getByRole('listitem')).toHaveTextContent('Hello delivered');
  bo.setLocalComposingState('composing');
  await expect.element(screen.getByText('bo is typing…')).toBeVisible();
  // Messages become read only while the user looks, also when the last one is an own message.
  const looking = vi.spyOn(document, 'hasFocus').mockReturnValue(false);
  window.dispatchEvent(new Event('blur'));
  const { id } = bo.sendMessage('Answer');
  await expect.poll(() => bo.messages.get(id)?.status).toBe('delivered');
  await userEvent.type(screen.getByRole('textbox', { name: 'Message' }), 'Bye{Enter}');
  await expect.poll(() => bo.messages.order.length).toBe(3);
  expect(bo.messages.get(id)?.status).toBe('delivered');
  looking.mockReturnValue(true);
  window.dispatchEvent(new Event('focus'));
  await expect.poll(() => bo.messages.get(id)?.status).toBe('displayed');
});

it('twoTabs.tsx: both tabs show the same messages, also after a reload', { timeout: 40_000 }, async () => {
  const ana = await render(<TabChat me="ana" remote="bo" />);
  const bo = await render(<TabChat me="bo" remote="ana" />);
  // Both have read their storage, which may take long where other pages use theirs.
  for (const { container } of [ana, bo]) {
    await expect.poll(() => container.textContent, { timeout: 10_000 }).toContain('No messages yet');
  }
  const text = `Hello from a tab, ${crypto.randomUUID()}`;
  await userEvent.fill(ana.getByRole('textbox', { name: 'Message bo' }), text);
  await userEvent.keyboard('{Enter}');
  await expect.poll(() => bo.container.querySelector('[data-direction="incoming"]')?.textContent).toContain(text);
  await expect.element(ana.getByText(/^(Delivered|Read)$/)).toBeInTheDocument();
  // A receipt waits at most five seconds for a slow storage.
  const storage = createIndexedDbStorage();
  const stored = async (): Promise<string> => JSON.stringify(await storage.open('["bo","ana"]', 10));
  await expect.poll(stored, { timeout: 10_000 }).toContain(text);
  await bo.unmount();
  await ana.unmount();
  const again = await render(<TabChat me="bo" remote="ana" />);
  await expect.element(again.getByRole('article', { name: text }), { timeout: 10_000 }).toBeVisible();
});

it('outboxNotice.tsx counts waiting messages and retries failed ones', async () => {
  const { network, ana, screen } = await inConversation(<OutboxNotice />);
  network.setOnline('ana', false);
  ana.sendMessage('Later');
  await expect.element(screen.getByText('1 waiting for the connection.')).toBeVisible();
  network.setOnline('ana', true);
  await expect.poll(() => screen.container.textContent, { timeout: 5_000 }).toBe('');

  const transport = createFakeTransport({ autoAnswer: 'manual' });
  const flow = createInstantMessagingFlow({ transport, remote: 'bo' });
  onTestFinished(() => flow.terminate());
  flow.start();
  flow.sendMessage('Once more');
  transport.messages[0]!.fail(new TransportFailure(500, 'No.', { retryable: false }));
  await screen.rerender(
    <FlowProvider flow={flow}>
      <OutboxNotice />
    </FlowProvider>,
  );
  await userEvent.click(screen.getByRole('button', { name: 'Send 1 again' }));
  await expect.poll(() => transport.messages.length).toBe(2);
});

it('themedChat.tsx: the colours of the application override those of the kit', async () => {
  const { ana, screen } = await inConversation(<SupportChat />);
  ana.sendMessage('Green');
  const chat = screen.container.querySelector<HTMLElement>('.support-chat')!;
  expect(getComputedStyle(chat).colorScheme).toBe('light dark');
  await expect.poll(() => chat.querySelector('.imflow-bubble')).not.toBeNull();
  expect(getComputedStyle(chat.querySelector('.imflow-bubble')!).borderStartStartRadius).toBe('10px');
  await expect.poll(() => chat.querySelector('.imflow-header')!.className).toBe('imflow-header is-there');
});

it('ownParts.tsx replaces every part', async () => {
  const { ana, screen } = await inConversation(<CompactChat />);
  await expect.element(screen.getByText('Ask us anything.')).toBeVisible();
  const box = screen.getByRole('textbox');
  await expect.element(box).toHaveAttribute('placeholder', 'Your question');
  const send = screen.getByRole('button', { name: 'Ask' });
  await expect.element(send).not.toHaveClass('is-ready');
  await userEvent.type(box, 'When do you open?{Enter}Today?');
  await expect.element(send).toHaveClass('is-ready');
  await userEvent.keyboard('{Control>}{Enter}{/Control}');
  await expect.poll(() => ana.messages.get(ana.messages.order[0] ?? '')?.body).toBe('When do you open?\nToday?');
});

it('locationMessage.tsx shows a place, and an invalid body as unsupported', async () => {
  const network = createLoopbackNetwork();
  const bo = createInstantMessagingFlow({ transport: network.connect('bo'), remote: 'ana' });
  bo.start();
  onTestFinished(() => bo.terminate());
  const screen = await render(<PlacesChat transport={network.connect('ana')} />);
  await userEvent.click(screen.getByRole('button', { name: 'Share where I am' }));
  await expect.element(screen.getByRole('link', { name: '48.137, 11.576' })).toBeVisible();
  bo.sendMessage('{"type":"Point","coordinates":"<b>"}', { contentType: 'application/geo+json' });
  await expect.element(screen.getByText('A place that cannot be read.')).toBeVisible();
});

it('messageActions.tsx shows an action of the application, in its order, with its emoji picker', async () => {
  const network = createLoopbackNetwork();
  const bo = start(network, 'bo', 'ana');
  const screen = await render(<PinningChat transport={network.connect('ana')} />);
  const { id } = bo.sendMessage('Hello Ana');
  await expect.element(screen.getByText('Hello Ana', { exact: true })).toBeVisible();
  screen.getByText('Hello Ana', { exact: true }).element().closest('article')?.focus();
  await userEvent.keyboard('{Shift>}{F10}{/Shift}');
  const toolbar = screen.getByRole('toolbar', { name: 'Message actions' });
  await expect.element(toolbar.getByRole('button', { name: 'Pin' })).toHaveFocus();
  await userEvent.keyboard('{Enter}');
  await expect.element(screen.getByText('Pinned: 1')).toBeVisible();
  await userEvent.keyboard('{Shift>}{F10}{/Shift}');
  await toolbar.getByRole('button', { name: 'React' }).click();
  await userEvent.fill(toolbar.getByRole('textbox', { name: 'Any other emoji' }), '🦀');
  await expect.poll(() => bo.messages.get(id)?.reactions?.[0]?.emojis).toEqual(['🦀']);
});

it('messageActions.tsx: a message is held for a moment and can be undone', async () => {
  const network = createLoopbackNetwork();
  const bo = start(network, 'bo', 'ana');
  const screen = await render(<UnhurriedChat transport={network.connect('ana')} />);
  await userEvent.fill(screen.getByRole('textbox', { name: 'Message bo' }), 'Too soon');
  await userEvent.keyboard('{Enter}');
  await screen.getByRole('button', { name: 'Undo' }).click();
  await expect.element(screen.getByRole('textbox', { name: 'Message bo' })).toHaveValue('Too soon');
  expect(bo.messages.order).toHaveLength(0);
});

it('findInConversation.tsx opens the search with Ctrl+F', async () => {
  const network = createLoopbackNetwork();
  const bo = start(network, 'bo', 'ana');
  const screen = await render(<FindableChat transport={network.connect('ana')} />);
  bo.sendMessage('Hello Ana');
  await expect.element(screen.getByText('Hello Ana', { exact: true })).toBeVisible();
  await screen.getByRole('textbox', { name: 'Message bo' }).click();
  await userEvent.keyboard('{Control>}f{/Control}');
  await expect.element(screen.getByRole('searchbox')).toHaveFocus();
  await userEvent.keyboard('ana');
  await expect.element(screen.getByText('1 of 1', { exact: true })).toBeVisible();
});

it('relayChat.tsx connects two users of a relay behind a WebSocket', async () => {
  const relay = createMemoryRelay(systemClock, 5);
  vi.stubGlobal('WebSocket', function connect(url: string) {
    return relay.connect(new URL(url).username);
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  const ana = await render(<RelayChat me="ana" remote="bo" relay="wss://ana@relay.example.org/" />);
  const bo = await render(<RelayChat me="bo" remote="ana" relay="wss://bo@relay.example.org/" />);
  await userEvent.fill(ana.getByRole('textbox', { name: 'Message bo' }), 'Over the relay');
  await userEvent.keyboard('{Enter}');
  const bosChat = page.elementLocator(bo.container);
  await expect.element(bosChat.getByRole('article', { name: 'Over the relay' })).toBeVisible();
  await expect.element(ana.getByText(/^(Delivered|Read)$/)).toBeInTheDocument();
});

it('notifications.tsx counts unread messages in the title and notifies of messages while the user is elsewhere', async () => {
  const shown: [string, string | undefined][] = [];
  vi.stubGlobal(
    'Notification',
    class extends EventTarget {
      static readonly permission = 'granted';
      constructor(title: string, options?: NotificationOptions) {
        super();
        shown.push([title, options?.body]);
      }
    },
  );
  onTestFinished(() => void vi.unstubAllGlobals());
  vi.spyOn(document, 'hasFocus').mockReturnValue(false);
  const network = createLoopbackNetwork();
  const [ana, bo] = [start(network, 'ana', 'bo'), start(network, 'bo', 'ana')];
  const { title } = document;
  const screen = await render(<Notified flows={[ana]} names={{ bo: 'Bo' }} muted={[]} />);
  bo.sendMessage('Hello');
  await expect.poll(() => document.title).toBe('(1) Chats');
  await expect.poll(() => shown).toEqual([['Bo', 'Hello']]);
  await screen.unmount();
  document.title = title;
});

it('B424 the chat of the guide has an inspector, which a button opens, where the application enables it', async () => {
  const flow = createInstantMessagingFlow({ transport: createFakeTransport(), remote: 'bo' });
  flow.start();
  flow.sendMessage('Are you there?');
  const screen = await render(<InspectedChat flow={flow} inspects={false} />);
  await expect.element(page.getByRole('log')).toBeVisible();
  expect(screen.container.querySelector('.imflow-inspector')).toBeNull();
  await screen.rerender(<InspectedChat flow={flow} inspects />);
  await userEvent.click(page.getByRole('button', { name: 'Inspect flow' }));
  await expect.element(page.getByRole('region', { name: 'Flow inspector' })).toBeVisible();
  await expect.element(page.getByText('1 of 1 messages')).toBeVisible();
});

it('B442 tanstackDevtools.tsx shows the inspector, with the messages and transactions of the flow, in TanStack Devtools', async () => {
  await page.viewport(1_000, 700);
  // TanStack Devtools remembers there that it is open.
  onTestFinished(() => localStorage.clear());
  const { ana } = await inConversation(<Devtools />);
  await userEvent.click(page.getByRole('button', { name: 'Open TanStack Devtools' }));
  const inspector = page.getByRole('region', { name: 'Flow inspector' });
  await expect.element(inspector.getByText('No messages are loaded.')).toBeVisible();
  ana.sendMessage('Are you there?');
  await expect.element(inspector.getByText('Are you there?')).toBeVisible();
  await userEvent.click(inspector.getByRole('tab', { name: 'Transactions' }));
  const lines = inspector.getByRole('list', { name: 'Transactions' }).getByRole('button');
  await expect.element(lines.filter({ hasText: 'out message' })).toBeVisible();
  expect(document.querySelector('.imflow-inspector')?.getAttribute('data-color-scheme')).toMatch(/^(light|dark)$/);
});

it('chatWithFiles.tsx and signedFiles.ts put an attached file to the signed address and send its message', async () => {
  const network = createLoopbackNetwork();
  const bo = start(network, 'bo', 'ana');
  const asked: unknown[] = [];
  vi.spyOn(window, 'fetch').mockImplementation(async (address, init) => {
    asked.push([address, JSON.parse(init?.body as string)]);
    return Response.json({ uploadUrl: new URL('/signed', location.href).href, url: 'https://files.example/a.pdf' });
  });
  const puts: string[] = [];
  vi.spyOn(XMLHttpRequest.prototype, 'open').mockImplementation(function open(
    this: XMLHttpRequest,
    method: string,
    address: string | URL,
  ) {
    puts.push(`${method} ${new URL(address).pathname}`);
  });
  vi.spyOn(XMLHttpRequest.prototype, 'setRequestHeader').mockReturnValue();
  vi.spyOn(XMLHttpRequest.prototype, 'send').mockImplementation(function send(this: XMLHttpRequest) {
    Object.defineProperty(this, 'status', { value: 200 });
    this.dispatchEvent(new ProgressEvent('load'));
  });
  const files = filesInBucket('https://backend.example');
  const screen = await render(<ChatWithFiles transport={network.connect('ana')} files={files} />);
  await expect.poll(() => screen.container.querySelector('input[type="file"]')).not.toBeNull();
  const input = screen.container.querySelector<HTMLInputElement>('input[type="file"]')!;
  await userEvent.upload(input, new File(['%PDF'], 'a.pdf', { type: 'application/pdf' }));
  await userEvent.type(screen.getByRole('textbox', { name: 'Message Bo' }), 'The plan{Enter}');
  await expect.poll(() => [...bo.messages.order].map((id) => bo.messages.get(id)?.body)).toHaveLength(1);
  expect(bo.messages.get(bo.messages.order[0] ?? '')?.body).toContain('https://files.example/a.pdf');
  expect(asked).toEqual([
    ['https://backend.example/uploads', { name: 'a.pdf', type: 'application/pdf', size: 4, remote: 'bo' }],
  ]);
  expect(puts).toEqual(['PUT /signed']);
});

it('inbox.tsx lists conversations with their newest message and opens the one that is chosen', async () => {
  const network = createLoopbackNetwork();
  const cy = start(network, 'cy', 'ana');
  const transport = network.connect('ana');
  const screen = await render(<Inbox transport={transport} remotes={['bo', 'cy']} />);
  cy.sendMessage('Are you there?');
  const row = screen.getByRole('option', { name: /Are you there/ });
  await expect.element(row).toBeVisible();
  await userEvent.click(row);
  await expect.element(screen.getByRole('textbox', { name: 'Message cy' })).toBeVisible();
  const boxOf = (part: string): DOMRect => screen.container.querySelector(part)!.getBoundingClientRect();
  const [list, chat] = [boxOf('[role="listbox"]'), boxOf('.imflow-chat')];
  expect(list.right).toBeLessThanOrEqual(chat.left);
  expect(chat.height).toBe(window.innerHeight);
});

it('widget.tsx shows a chat in a shadow root, with its styles', async () => {
  const host = document.body.appendChild(document.createElement('div'));
  onTestFinished(() => host.remove());
  onTestFinished(mountWidget(host, createLoopbackNetwork().connect('ana'), css));
  await expect.element(page.getByRole('textbox', { name: 'Message Support' })).toBeVisible();
  const log = host.shadowRoot!.querySelector('[role="log"]')!;
  expect(getComputedStyle(log).overflowY).toBe('auto');
});
