import type { MessageRecord, SortKey } from '@imflow/core';
import { createRef, type ReactElement, type RefObject } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { message, type ConversationOptions } from '../../fixtures/conversation.ts';
import { article, articles, distanceToEnd, nextFrames, show, type Shown } from '../../fixtures/render.tsx';
import { Composer, MessageList, type MessageListHandle } from '../index.ts';

function messages(count: number, fields: (order: number) => Partial<MessageRecord> = () => ({})): MessageRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const order = index + 1;
    return message(order, {
      direction: order % 3 === 0 ? 'outgoing' : 'incoming',
      body: `Message ${order}. ${'Some more words. '.repeat((order * 7) % 11)}`,
      at: Date.now() - (count - order) * 60_000,
      ...fields(order),
    });
  });
}

type Found = Shown & { readonly actions: RefObject<MessageListHandle | null> };

async function showList(options: ConversationOptions, item?: (props: object) => ReactElement): Promise<Found> {
  const actions = createRef<MessageListHandle>();
  const children = (
    <>
      <MessageList.Root actionsRef={actions}>
        <MessageList.Viewport>
          <MessageList.HistoryStatus />
          <MessageList.Items>{(row) => <MessageList.Item {...row} render={item} />}</MessageList.Items>
        </MessageList.Viewport>
        <MessageList.ScrollToUnread />
        <MessageList.ScrollToLatest />
      </MessageList.Root>
      <Composer />
    </>
  );
  return { ...(await show({ ...options, children, strict: false })), actions };
}

/** Whether a message is completely in view, or fills the view. */
function isInView(log: HTMLElement, element: HTMLElement): boolean {
  const [frame, box] = [log.getBoundingClientRect(), element.getBoundingClientRect()];
  return box.top >= frame.top - 1 && (box.bottom <= frame.bottom + 1 || box.height > frame.height);
}

describe('scrolling to a message', () => {
  it('scrolling to a message brings it into view, focuses it and highlights it for a moment, and renders no other row', async () => {
    const rendered: unknown[] = [];
    const { log, actions } = await showList({ stored: messages(400), template: { pageSize: 400 } }, (props) => {
      rendered.push((props as Record<string, unknown>)['data-message']);
      return <article {...props} />;
    });
    expect(await actions.current!.scrollToMessage('m200')).toBe(true);
    await expect.poll(() => document.activeElement?.getAttribute('data-message')).toBe('m200');
    await nextFrames(5);
    const found = article(log, 'Message 200.');
    expect(isInView(log, found)).toBe(true);
    expect('highlighted' in found.dataset).toBe(true);
    expect(getComputedStyle(found.querySelector('.imflow-bubble')!).outlineStyle).toBe('solid');
    const there = articles(log).map((element) => element.dataset['message']);
    rendered.length = 0;
    await expect.poll(() => 'highlighted' in found.dataset, { timeout: 5_000 }).toBe(false);
    expect(rendered.filter((id) => there.includes(id as string))).toEqual(['m200']);
  });

  it('scrolling to a message loads older pages on the way', async () => {
    const { ana, log, actions } = await showList({ stored: messages(700), template: { pageSize: 30 } });
    expect(ana.messages.order.length).toBeLessThan(100);
    expect(await actions.current!.scrollToMessage('m103')).toBe(true);
    await expect.poll(() => document.activeElement?.getAttribute('data-message')).toBe('m103');
    await nextFrames(10);
    expect(isInView(log, article(log, 'Message 103.'))).toBe(true);
    expect(ana.messages.order.length).toBeLessThan(700);
  });

  it('scrolling to an unknown message reports that there is none, once all pages were read', async () => {
    const { ana, log, actions } = await showList({ stored: messages(100), template: { pageSize: 30 } });
    expect(await actions.current!.scrollToMessage('of another conversation')).toBe(false);
    expect(ana.messages.order.length).toBe(100);
    await nextFrames();
    expect(distanceToEnd(log)).toBe(0);
    expect(log.querySelector('[data-highlighted]')).toBeNull();
  });

  it('the later of two scrolls to a message replaces the earlier one', async () => {
    const { actions } = await showList({ stored: messages(400), storageDelay: 20, template: { pageSize: 30 } });
    const first = actions.current!.scrollToMessage('m10');
    expect(await actions.current!.scrollToMessage('m390')).toBe(true);
    expect(await first).toBe(false);
    await nextFrames(10);
    expect(document.activeElement?.getAttribute('data-message')).toBe('m390');
  });

  it('B126 scrolling to a message ends when the user sends one, whatever arrives after it', async () => {
    const { ana, bo, log, actions } = await showList({
      stored: messages(400),
      storageDelay: 20,
      template: { pageSize: 30 },
    });
    const search = actions.current!.scrollToMessage('m10');
    ana.sendMessage('Never mind');
    bo.sendMessage('What is it?');
    expect(await search).toBe(false);
    await expect.poll(() => log.textContent).toContain('What is it?');
    await nextFrames(10);
    expect([distanceToEnd(log), log.querySelector('[data-highlighted]')]).toEqual([0, null]);
  });

  it('B126 scrolling to a message at the end leaves the list at the end, and it follows new messages', async () => {
    const { bo, log, actions, screen } = await showList({ stored: messages(60) });
    expect(await actions.current!.scrollToMessage('m60')).toBe(true);
    await expect.poll(() => document.activeElement?.getAttribute('data-message')).toBe('m60');
    expect(screen.getByRole('button', { name: /^Jump/ }).elements()).toEqual([]);
    bo.sendMessage(`On and on. ${'Long. '.repeat(200)}`);
    await expect.poll(() => log.textContent).toContain('On and on.');
    await nextFrames(5);
    expect(distanceToEnd(log)).toBe(0);
  });

  it('scrolling to a message ends when a page fails to load', async () => {
    const failing = vi.fn(() => Promise.reject(new Error('The disk is gone.')));
    const { actions, log } = await showList({
      stored: messages(100),
      template: { pageSize: 30 },
      loadBefore: failing,
    });
    failing.mockClear();
    expect(await actions.current!.scrollToMessage('m1')).toBe(false);
    expect(failing).toHaveBeenCalledOnce();
    await expect.poll(() => log.textContent).toContain('Earlier messages could not be loaded.');
  });
});

describe('older messages that cannot be loaded', () => {
  it('B130 older messages that fail to load show one notice with a button for another attempt, and the focus stays in the list', async () => {
    let broken = true;
    const stored = messages(60);
    const loadBefore = vi.fn(async ({ order }: SortKey, limit: number) => {
      if (broken) throw new Error('The disk is gone.');
      const older = stored.filter((record) => record.order < order);
      return { records: older.slice(-limit), hasOlder: older.length > limit };
    });
    const { ana, log, screen } = await show({ stored, template: { pageSize: 30 }, loadBefore });
    const polite = screen.container.querySelector('[aria-live="polite"]')!;
    log.scrollTop = 0;
    const again = screen.getByRole('button', { name: 'Try again' });
    await expect.element(again).toBeVisible();
    expect(log.querySelector<HTMLElement>('.imflow-head')!.dataset).toHaveProperty('failed');
    await expect.poll(() => polite.textContent).toBe('Earlier messages could not be loaded.');
    // Scrolling does not repeat the failed request.
    for (const top of [200, 0, 200, 0]) {
      log.scrollTop = top;
      await nextFrames();
    }
    expect(loadBefore).toHaveBeenCalledOnce();

    broken = false;
    await again.click();
    await expect.poll(() => ana.messages.order.length).toBe(60);
    expect(document.activeElement).toBe(log);
    log.scrollTop = 0;
    await expect.poll(() => log.textContent).toContain('The beginning of your conversation with Bo.');
    await expect.element(again).not.toBeInTheDocument();
  });
});

describe('messages that arrived while the user was away', () => {
  /** Messages arrive while the list follows its end in a window without the user's attention. */
  async function comeBack(): Promise<Shown> {
    let looking = false;
    vi.spyOn(document, 'hasFocus').mockImplementation(() => looking);
    const shown = await show({ stored: messages(60) });
    const { bo, log } = shown;
    for (let index = 1; index <= 12; index += 1) bo.sendMessage(`News ${index}. ${'Some words. '.repeat(20)}`);
    await expect.poll(() => log.textContent).toContain('News 12.');
    await nextFrames(5);
    expect(distanceToEnd(log)).toBe(0);
    looking = true;
    window.dispatchEvent(new Event('focus'));
    return shown;
  }

  it('a button leads to the first message that arrived while the user was away, and disappears once the reader has seen it', async () => {
    const { log, screen } = await comeBack();
    const jump = screen.getByRole('button', { name: 'Jump to first new message' });
    await expect.element(jump).toBeVisible();
    await jump.click();
    await expect.poll(() => isInView(log, article(log, 'News 1.'))).toBe(true);
    expect(log.querySelector('.imflow-unread')!.getBoundingClientRect().top).toBeGreaterThanOrEqual(
      log.getBoundingClientRect().top - 1,
    );
    await expect.element(jump).not.toBeInTheDocument();
    log.scrollTop = log.scrollHeight;
    await nextFrames(5);
    await expect.element(jump).not.toBeInTheDocument();
  });

  it('B130 the button of the first new message, pressed by keyboard, focuses that message', async () => {
    const { log, screen } = await comeBack();
    const jump = screen.getByRole('button', { name: 'Jump to first new message' });
    (jump.element() as HTMLElement).focus();
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => document.activeElement).toBe(article(log, 'News 1.'));
    await expect.element(jump).not.toBeInTheDocument();
  });

  it('no button leads to the first new message if the new messages were in view all the time, or the user has sent a message since', async () => {
    const { bo, log, screen } = await comeBack();
    await userEvent.type(screen.getByRole('textbox'), 'I am back{Enter}');
    await expect.poll(() => log.textContent).toContain('I am back');
    const jump = screen.getByRole('button', { name: 'Jump to first new message' });
    await expect.element(jump).not.toBeInTheDocument();
    bo.sendMessage('Good');
    await expect.poll(() => log.textContent).toContain('Good');
    await nextFrames(5);
    await expect.element(jump).not.toBeInTheDocument();
    expect(articles(log).length).toBeGreaterThan(0);
  });
});
