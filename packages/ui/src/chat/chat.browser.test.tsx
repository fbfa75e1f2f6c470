import { describe, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { message } from '../../fixtures/conversation.ts';
import { article, articles, distanceToEnd, nextFrames, type Shown, show } from '../../fixtures/render.tsx';
import { sampleConversation } from '../../fixtures/sampleConversation.ts';
import { Chat } from './Chat.tsx';

/** The positions of all visible elements of the page, except those inside the typing indicator. */
function places({ screen }: Shown): string[] {
  return Array.from(screen.container.querySelectorAll('*'))
    .filter((element) => !element.closest('[role="status"] > *, .imflow-hidden'))
    .map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return `${element.className} ${x} ${y} ${width} ${height}`;
    });
}

/** The announcements of the two live regions, and all texts of the polite one. */
function listen({ screen }: Shown): { polite: string[]; assertive: string[]; held: string[] } {
  const said = { polite: [] as string[], assertive: [] as string[], held: [] as string[] };
  for (const kind of ['polite', 'assertive'] as const) {
    const region = screen.container.querySelector(`[aria-live="${kind}"]`)!;
    expect(region.textContent).toBe('');
    const record = (): void => {
      if (region.textContent) said[kind].push(region.textContent);
      if (kind === 'polite') said.held.push(region.textContent);
    };
    new MutationObserver(record).observe(region, { childList: true });
  }
  return said;
}

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('typing', () => {
  it('B124 the typing indicator appears and disappears without moving or covering anything', async () => {
    const shown = await show({ stored: sampleConversation() });
    const { bo, screen, log } = shown;
    const lane = screen.getByRole('status');
    await nextFrames(20);
    const before = places(shown);
    bo.setLocalComposingState('composing');
    await expect.element(lane).toHaveTextContent('Bo is typing…');
    await nextFrames();
    expect(places(shown)).toEqual(before);
    const laneTop = lane.element().getBoundingClientRect().top;
    expect(articles(log).at(-1)!.getBoundingClientRect().bottom).toBeLessThanOrEqual(laneTop);
    bo.setLocalComposingState('idle');
    await expect.element(lane).toBeEmptyDOMElement();
    await nextFrames();
    expect(places(shown)).toEqual(before);
  });

  it('the typing indicator stays for a moment after an idle notification, but not after a message or a lost connection', async () => {
    const { ana, bo, network, screen, log } = await show();
    const lane = screen.getByRole('status');
    const text = (): string => lane.element().textContent;
    const starts = async (): Promise<void> => {
      bo.setLocalComposingState('composing');
      await expect.poll(text).toBe('Bo is typing…');
    };
    await starts();
    bo.setLocalComposingState('idle');
    await expect.poll(() => ana.store.getState().remoteComposingState).toBe('idle');
    await after(400);
    expect(text()).toBe('Bo is typing…');
    await expect.poll(text, { timeout: 2_000 }).toBe('');

    await starts();
    bo.sendMessage('There');
    await expect.poll(() => log.textContent).toContain('There');
    await nextFrames(1);
    expect(text()).toBe('');

    await starts();
    network.setOnline('ana', false);
    await expect.poll(() => ana.store.getState().connection).not.toBe('online');
    await nextFrames(1);
    expect(text()).toBe('');
  });
});

describe('announcements', () => {
  it('B129 messages that were there before, and older pages, are not announced', async () => {
    const stored = Array.from({ length: 60 }, (_, index) => message(index + 1));
    const shown = await show({ stored, template: { pageSize: 30 } });
    const said = listen(shown);
    shown.log.scrollTop = 0;
    await expect.poll(() => shown.ana.messages.order.length).toBe(60);
    await after(300);
    expect(said).toEqual({ polite: [], assertive: [], held: [] });
  });

  it('B129 new messages are summed up in one sentence a second, and announced again when the sentence is the same', async () => {
    const shown = await show();
    const said = listen(shown);
    shown.bo.sendMessage(`Hello ${'there '.repeat(40)}`);
    await expect.poll(() => said.polite).toEqual([`Bo: ${`Hello ${'there '.repeat(40)}`.slice(0, 120)}…`]);
    for (let count = 0; count < 3; count += 1) shown.bo.sendMessage('And more');
    await expect.poll(() => said.polite.slice(1), { timeout: 3_000 }).toEqual(['3 new messages from Bo']);
    await after(1_100);
    shown.bo.sendMessage('Same');
    await expect.poll(() => said.polite.at(-1)).toBe('Bo: Same');
    await after(1_100);
    shown.bo.sendMessage('Same');
    await expect.poll(() => said.polite.filter((sentence) => sentence === 'Bo: Same')).toHaveLength(2);
    // A screen reader ignores a region whose text does not change.
    expect(said.held.slice(-3)).toEqual(['Bo: Same', '', 'Bo: Same']);
    expect(said.assertive).toEqual([]);
  });

  it('B129 for a reader in the middle of the list, a new message is shown but not announced', async () => {
    const shown = await show({ stored: sampleConversation() });
    const said = listen(shown);
    shown.log.focus();
    shown.bo.sendMessage('Hello');
    await expect.poll(() => said.polite).toEqual(['New message from Bo']);
  });

  it.each([
    ['shown by a renderer of the application, it says who wrote', 'application/geo+json', 'New message from Bo'],
    ['shown by a renderer of its kind', 'image/png', 'New message from Bo'],
    ['shown by none, that it cannot be shown', 'audio/ogg', 'Bo: This message cannot be shown here (audio/ogg).'],
    ['a text that has a renderer too, it reads it', 'text/plain', 'Bo: Hello'],
  ])('B129 the announcement of a message %s', async (_, contentType, sentence) => {
    const renderer = (): string => 'Shown';
    const renderers = { 'application/geo+json': renderer, 'image/*': renderer, 'text/plain': renderer };
    const shown = await show({ children: <Chat renderers={renderers} /> });
    const said = listen(shown);
    shown.bo.sendMessage('Hello', { contentType });
    await expect.poll(() => said.polite).toEqual([sentence]);
  });

  it('B129 typing is announced once a burst, never in place of a message, and its end is not announced', async () => {
    const shown = await show();
    const said = listen(shown);
    const { bo, ana } = shown;
    for (let burst = 0; burst < 2; burst += 1) {
      bo.setLocalComposingState('composing');
      await expect.poll(() => ana.store.getState().remoteComposingState).toBe('composing');
      bo.setLocalComposingState('idle');
      await expect.poll(() => ana.store.getState().remoteComposingState).toBe('idle');
    }
    await after(1_200);
    bo.setLocalComposingState('composing');
    await expect.poll(() => ana.store.getState().remoteComposingState).toBe('composing');
    await after(300);
    expect(said.polite).toEqual(['Bo is typing']);
    // The typing indicator itself is hidden from screen readers.
    await expect.element(shown.screen.getByRole('status')).toHaveAttribute('aria-live', 'off');
  });

  it('B129 failures are announced at once, and so are a lost and a restored connection', async () => {
    const failed = { direction: 'outgoing', status: 'failed', code: 408, retryable: true } as const;
    const shown = await show({ stored: [message(1, failed)], template: { sendTimeout: 1_000 } });
    const said = listen(shown);
    const { ana, network } = shown;
    network.setFaults({ loss: 1 }, 'bo');
    network.setFaults({ loss: 1 }, 'ana');
    ana.retryMessage('m1');
    await expect
      .poll(() => said.assertive, { timeout: 3_000 })
      .toEqual(['Your message was not confirmed. It may have arrived. Retry available.']);
    network.setFaults({}, 'ana');
    network.setOnline('ana', false);
    await expect.poll(() => said.polite).toEqual(['You are offline. Messages will be sent later.']);
    network.setOnline('ana', true);
    await expect.poll(() => said.polite.at(-1), { timeout: 5_000 }).toBe('Connected again.');
  });
});

describe('the whole chat', () => {
  it('a lost and a restored connection is shown over the conversation', async () => {
    const shown = await show({ stored: sampleConversation() });
    const { network, screen, log } = shown;
    const height = log.clientHeight;
    const top = log.getBoundingClientRect().top;
    network.setOnline('ana', false);
    await expect.element(screen.getByText(/^(You are offline|Reconnecting…)$/)).toBeVisible();
    expect(log.getBoundingClientRect().top).toBe(top);
    const note = screen.container.querySelector('.imflow-note')!;
    await expect.poll(() => note.textContent).toBe('Messages will be sent later.');
    // The note uses the row of the typing indicator, and takes no room from the list.
    expect(log.clientHeight).toBe(height);
    expect(note.getBoundingClientRect().top).toBeGreaterThanOrEqual(log.getBoundingClientRect().bottom - 1);
    expect(Math.round(distanceToEnd(log))).toBe(0);
    network.setOnline('ana', true);
    await expect
      .poll(() => screen.container.querySelector('.imflow-banner')?.textContent, { timeout: 5_000 })
      .toBe('Connected again');
    await expect.poll(() => screen.container.querySelector('.imflow-banner')?.textContent, { timeout: 5_000 }).toBe('');
    expect(log.clientHeight).toBe(height);
  });

  it('a short interruption of the connection is not shown', async () => {
    const { network, ana, screen } = await show();
    const banner = screen.container.querySelector('.imflow-banner')!;
    const seen = vi.fn();
    new MutationObserver(() => seen(banner.textContent)).observe(banner, { childList: true, subtree: true });
    network.setOnline('ana', false);
    await expect.poll(() => ana.store.getState().connection).not.toBe('online');
    network.setOnline('ana', true);
    await expect.poll(() => ana.store.getState().connection, { timeout: 5_000 }).toBe('online');
    await after(300);
    expect(seen.mock.calls.flat().filter((text) => text === 'You are offline')).toEqual([]);
  });

  it('B128 markup in a name is shown as text, everywhere', async () => {
    const name = '<img src=x onerror="window.hacked=1">Bo';
    const { bo, screen } = await show({ stored: sampleConversation(), children: <Chat name={name} /> });
    bo.setLocalComposingState('composing');
    await expect.element(screen.getByRole('status')).toHaveTextContent(`${name} is typing…`);
    await expect.element(screen.getByRole('log')).toHaveAccessibleName(`Conversation with ${name}`);
    expect(screen.container.querySelector('img')).toBeNull();
    expect('hacked' in window).toBe(false);
  });

  it('the chat takes translations of another language', async () => {
    const { screen } = await show({
      children: <Chat translations={{ send: 'Senden', empty: 'Noch nichts' }} locale="de" />,
    });
    await expect.element(screen.getByRole('button', { name: 'Senden' })).toBeDisabled();
    await expect.element(screen.getByText('Noch nichts')).toBeVisible();
  });

  it('B130 a chat of two users: each reads the messages of the other, and the ticks follow', async () => {
    const { ana, bo, screen, log } = await show();
    await userEvent.type(screen.getByRole('textbox'), 'Hello Bo{Enter}');
    await expect.poll(() => article(log, 'Hello Bo').textContent).toContain('Delivered');
    const id = ana.messages.order.at(0)!;
    expect(bo.messages.get(id)?.body).toBe('Hello Bo');
    bo.markDisplayed(id);
    await expect.poll(() => article(log, 'Hello Bo').querySelector('.imflow-ticks')?.textContent).toBe('Read');
    await expect.element(screen.getByRole('textbox')).toHaveFocus();
  });
});
