import { createInstantMessagingFlow, FlowError, type InstantMessagingFlow, TransportFailure } from '@imflow/core';
import { createFakeTransport, createVirtualClock, type FakeTransport } from '@imflow/testing';
import { type ReactElement } from 'react';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { render, type RenderResult } from 'vitest-browser-react';
import '../styles.css';
import { createConversations } from '../../fixtures/conversations.ts';
import { Chat, ConversationList } from '../index.ts';

interface Shown {
  readonly transport: FakeTransport;
  readonly flow: InstantMessagingFlow;
  readonly screen: RenderResult;
  /** All announcements so far, in their order. */
  readonly said: string[];
}

function listen(root: Element): string[] {
  const said: string[] = [];
  const observer = new MutationObserver((changes) => {
    for (const { target } of changes) if (target.textContent) said.push(target.textContent);
  });
  for (const region of root.querySelectorAll('[aria-live]:not([aria-live="off"])'))
    observer.observe(region, { childList: true, characterData: true, subtree: true });
  onTestFinished(() => observer.disconnect());
  return said;
}

async function show(options: { start?: boolean; maxMessageBytes?: number; chat?: ReactElement } = {}): Promise<Shown> {
  const { start = true, maxMessageBytes, chat } = options;
  const transport = createFakeTransport(maxMessageBytes === undefined ? {} : { capabilities: { maxMessageBytes } });
  const flow = createInstantMessagingFlow({ transport, remote: 'bo', clock: createVirtualClock() });
  if (start) flow.start();
  onTestFinished(() => flow.terminate());
  const screen = await render(chat ?? <Chat flow={flow} />);
  return { transport, flow, screen, said: listen(screen.container) };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Advances the clock, and waits until its effects are rendered and observed. */
async function advance(time: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(time);
  await new Promise<void>((resolve) => requestAnimationFrame(() => resolve()));
  await vi.advanceTimersByTimeAsync(60);
}

describe('an interruption of the connection', () => {
  it('B240 an interruption that is not shown is not announced', async () => {
    const { transport, said, screen } = await show();
    transport.setStatus({ state: 'offline' });
    await advance(300);
    transport.setStatus({ state: 'online' });
    await advance(5_000);
    expect(said).toEqual([]);
    expect(screen.container.querySelector('.imflow-banner')!.textContent).toBe('');
  });

  it('B240 an interruption that is shown is announced once, and its end once, however often the state changes in between', async () => {
    const { transport, said } = await show();
    transport.setStatus({ state: 'offline' });
    await advance(1_000);
    for (const state of ['connecting', 'offline', 'connecting'] as const) {
      transport.setStatus({ state });
      await advance(1_000);
    }
    transport.setStatus({ state: 'online' });
    await advance(5_000);
    expect(said).toEqual(['You are offline. Messages will be sent later.', 'Connected again.']);
  });
});

describe('a connection that comes and goes', () => {
  it('B240 an interruption is shown and announced in time, however quickly the connection state changes', async () => {
    const { transport, said, screen } = await show();
    for (let attempt = 0; attempt < 4; attempt += 1) {
      for (const state of ['offline', 'connecting'] as const) {
        transport.setStatus({ state });
        await vi.advanceTimersByTimeAsync(200);
      }
    }
    await advance(0);
    expect(screen.container.querySelector('.imflow-banner')!.textContent).not.toBe('');
    expect(said).toEqual(['You are offline. Messages will be sent later.']);
  });

  it('B240 short interruptions are silent, however many there are', async () => {
    const { transport, said } = await show();
    for (let attempt = 0; attempt < 8; attempt += 1) {
      transport.setStatus({ state: 'offline' });
      await vi.advanceTimersByTimeAsync(400);
      transport.setStatus({ state: 'online' });
      await vi.advanceTimersByTimeAsync(400);
    }
    await advance(3_000);
    expect(said).toEqual([]);
  });
});

describe('keys without an effect', () => {
  it.each(['characters', 'bytes'])('B240 a text that is too long in %s is announced', async (unit) => {
    const { said, screen, flow } = await show({ maxMessageBytes: unit === 'bytes' ? 200_000 : 400_000 });
    const box = screen.container.querySelector('textarea')!;
    const extra = 'This message is too long by 1 character.';
    box.value = unit === 'bytes' ? `${'é'.repeat(99_999)}漢` : 'é'.repeat(100_001);
    box.dispatchEvent(new InputEvent('input', { bubbles: true }));
    await advance(100);
    expect(said).toEqual([extra]);
    box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
    await advance(100);
    expect(said).toEqual([extra, extra]);
    expect(flow.messages.order.length).toBe(0);
  });

  it('B241 a flow that was never started is announced, and announced again by Enter', async () => {
    const { said, screen } = await show({ start: false });
    await advance(800);
    const sentence = 'This conversation has not been started.';
    expect(screen.container.querySelector('.imflow-banner')!.textContent).toBe(sentence);
    expect(screen.container.querySelector('.imflow-note')!.textContent).toBe(sentence);
    const box = screen.container.querySelector('textarea')!;
    box.value = 'Hi';
    box.dispatchEvent(new InputEvent('input', { bubbles: true }));
    box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
    await advance(100);
    expect(new Set(said)).toEqual(new Set([sentence]));
    expect(box.value).toBe('Hi');
  });
});

describe('the end of a conversation', () => {
  it.each([
    [
      'the server refused to sign in',
      new FlowError('refused', 'not-authorized'),
      'The server no longer accepts your sign-in. This conversation has ended.',
    ],
    [
      'the connection is closed for good',
      new FlowError('timeout', 'gone'),
      'The connection is closed. This conversation has ended.',
    ],
    ['it was ended', undefined, 'This conversation has ended.'],
  ])('B241 the end of a conversation is announced and shown with its reason: %s', async (_, error, sentence) => {
    const { transport, flow, said, screen } = await show({});
    if (error) transport.setStatus({ state: 'closed', error });
    else flow.terminate();
    await advance(100);
    expect(said).toEqual([sentence]);
    expect(screen.container.querySelector('.imflow-note')!.textContent).toBe(sentence);
    expect(screen.container.textContent).not.toContain('Loading');
    expect(screen.container.querySelector('[aria-busy]')).toBeNull();
  });

  it('B241 an ended conversation offers its action, and the draft can still be copied', async () => {
    const transport = createFakeTransport();
    const flow = createInstantMessagingFlow({ transport, remote: 'bo', clock: createVirtualClock() });
    flow.start();
    const signIn = vi.fn();
    const screen = await render(
      <Chat
        flow={flow}
        endedAction={
          <button type="button" onClick={signIn}>
            Sign in again
          </button>
        }
      />,
    );
    const box = screen.container.querySelector('textarea')!;
    box.focus();
    box.value = 'a thought';
    transport.setStatus({ state: 'closed', error: new FlowError('refused', 'expired') });
    await advance(100);
    screen.container.querySelector<HTMLElement>('.imflow-note button')!.click();
    expect(signIn).toHaveBeenCalledOnce();
    expect([box.readOnly, box.disabled, box.value]).toEqual([true, false, 'a thought']);
  });
});

describe('a message in another conversation', () => {
  it('B240 the list announces a message in another conversation, and the open one has its own announcer', async () => {
    const conversations = createConversations({ bo: [], cy: [] });
    conversations.start();
    onTestFinished(() => conversations.end());
    await advance(100);
    const { container } = await render(
      <ConversationList flows={conversations.flows} selected={conversations.flows[0]} onSelect={() => {}} />,
    );
    const said = listen(container);
    conversations.peer('bo').sendMessage('Hi from Bo');
    conversations.peer('cy').sendMessage('Hi from Cy');
    await advance(1_200);
    expect(said).toEqual(['cy: Hi from Cy']);
    conversations.peer('cy').sendMessage('Two');
    conversations.peer('cy').sendMessage('Three');
    await advance(2_500);
    expect(said.slice(1).join(' ')).toMatch(/^(2 new messages from cy|cy: Two cy: Three|cy: Two New message from cy)$/);
    expect(container.querySelector('[role="listbox"] [aria-live]')).toBeNull();
  });

  it.each(['failed', 'undeliverable'] as const)(
    'B396 the list announces own messages in another conversation that are %s, once for a participant',
    async (status) => {
      const transport = createFakeTransport({ autoAnswer: 'manual' });
      const clock = createVirtualClock();
      const flows = ['bo', 'cy'].map((remote) => createInstantMessagingFlow({ transport, remote, clock }));
      for (const flow of flows) flow.start();
      onTestFinished(() => flows.forEach((flow) => flow.terminate()));
      const { container } = await render(
        <ConversationList flows={flows} selected={flows[0]} muted={['cy']} onSelect={() => {}} />,
      );
      const said = listen(container);
      for (const flow of flows) for (const body of ['one', 'two']) flow.sendMessage(body);
      for (let sent = 0; sent < 4; sent += 1) {
        await advance(10);
        const { message, accept, fail, remote } = transport.messages[sent]!;
        if (status === 'failed') fail(new TransportFailure(403, 'no', { retryable: false }));
        else accept();
        await advance(10);
        const { messageId } = message;
        if (status === 'undeliverable')
          transport.push({ type: 'notification', sender: remote, messageId, outcome: 'failed', code: 404 }, remote);
      }
      await advance(2_500);
      expect(new Set(said)).toEqual(new Set(['A message to cy needs your attention.']));
      expect(said.length).toBeLessThanOrEqual(2);
    },
  );
});
