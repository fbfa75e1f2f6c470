import type { MessageRecord } from '@imflow/core';
import { createFakeTransport } from '@imflow/testing';
import type { ReactElement } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { message } from '../../fixtures/conversation.ts';
import { article, articles, distanceToEnd, nextFrames, show } from '../../fixtures/render.tsx';
import { Composer, MessageList, TypingIndicator } from '../index.ts';

const HOUR = 3_600_000;

function messages(count: number, fields: (order: number) => Partial<MessageRecord> = () => ({})): MessageRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const order = index + 1;
    return message(order, {
      direction: order % 3 === 0 ? 'outgoing' : 'incoming',
      body: `Message ${order}. ${'Some more words. '.repeat((order * 7) % 11)}`,
      at: Date.now() - (count - order) * HOUR,
      ...fields(order),
    });
  });
}

/** The message that has the focus. */
function focusedId(): string | undefined {
  return (document.activeElement as HTMLElement).dataset['message'];
}

/** Scrolls as a reader does, and waits until the list has handled it. */
async function scrollTo(log: HTMLElement, top: number): Promise<void> {
  log.scrollTop = top;
  await nextFrames(3);
}

describe('rendering', () => {
  it('B123 a tick renders one row; typing, an idle peer and the composer render none', async () => {
    const rendered: unknown[] = [];
    const render = (props: object): ReactElement => {
      rendered.push((props as Record<string, unknown>)['data-message']);
      return <article {...props} />;
    };
    const { ana, bo, screen, log } = await show({
      strict: false,
      stored: messages(40),
      children: (
        <>
          <MessageList.Root>
            <MessageList.Viewport>
              <MessageList.HistoryStatus />
              <MessageList.Items>{(row) => <MessageList.Item {...row} render={render} />}</MessageList.Items>
            </MessageList.Viewport>
            <MessageList.ScrollToLatest />
          </MessageList.Root>
          <TypingIndicator />
          <Composer />
        </>
      ),
    });
    const { id } = ana.sendMessage('Did you see it?');
    await expect.poll(() => ana.messages.get(id)?.status).toBe('delivered');
    await expect.poll(() => article(log, 'Did you see it?').textContent).toContain('Delivered');
    // Rows out of view are rendered after those in view.
    await nextFrames(30);

    rendered.length = 0;
    bo.markDisplayed(id);
    await expect.poll(() => article(log, 'Did you see it?').textContent).toContain('Read');
    expect(rendered).toEqual([id]);

    rendered.length = 0;
    bo.setLocalComposingState('composing');
    await expect.element(screen.getByRole('status')).toHaveTextContent('Bo is typing…');
    bo.setLocalComposingState('idle');
    await expect.element(screen.getByRole('status')).toBeEmptyDOMElement();
    await userEvent.type(screen.getByRole('textbox'), 'some words');
    expect(ana.store.getState().localComposingState).toBe('composing');
    await nextFrames();
    expect(rendered).toEqual([]);

    // A new message renders no other row in view than its neighbour.
    const { top } = log.getBoundingClientRect();
    const inView = articles(log).filter((element) => element.getBoundingClientRect().top > top + 200);
    const there = inView.slice(0, -1).map((element) => element.dataset['message']);
    bo.sendMessage('Yes');
    await expect.poll(() => log.textContent).toContain('Yes');
    expect(there.filter((each) => rendered.includes(each))).toEqual([]);
  });

  it('B123 of ten thousand messages only those near the view are in the document', async () => {
    const { ana, log } = await show({ stored: messages(10_000), template: { pageSize: 1_000 } });
    expect(ana.messages.order.length).toBe(1_000);
    expect(articles(log).length).toBeLessThan(40);
    expect(article(log, 'Message 10000.')).toBeDefined();
  });
});

describe('scrolling', () => {
  it('B126 the list opens at the end, in the first frame that shows a message', async () => {
    const seen = new Set<string>();
    const watch = async (frames: number): Promise<void> => {
      for (let frame = 0; frame < frames; frame += 1) {
        await nextFrames(1);
        const items = document.querySelector<HTMLElement>('.imflow-items');
        const last = items && articles(items).at(-1);
        if (!last || getComputedStyle(items).opacity === '0') continue;
        seen.add(`${last.dataset['message']} ${Math.round(distanceToEnd(items.parentElement!))}`);
      }
    };
    const watched = watch(40);
    await show({ stored: messages(1_000), template: { pageSize: 1_000 } });
    await watched;
    expect(seen).toEqual(new Set(['m1000 0']));
  });

  it('B126 at the end, the list follows new and growing messages, late images and a growing composer', async () => {
    const { bo, screen, log } = await show({ stored: messages(60) });
    for (const body of ['One more', 'And one that is long. '.repeat(40), 'Last']) {
      bo.sendMessage(body);
      await expect.poll(() => log.textContent).toContain(body.trim());
      await nextFrames();
      expect(distanceToEnd(log)).toBe(0);
    }
    const body = article(log, 'Last').querySelector<HTMLElement>('.imflow-body')!;
    for (let height = 100; height <= 400; height += 100) {
      // Simulates a picture that has loaded.
      body.style.minBlockSize = `${height}px`;
      await nextFrames();
      expect(distanceToEnd(log)).toBe(0);
    }
    const before = log.clientHeight;
    await userEvent.click(screen.getByRole('textbox'));
    for (let line = 0; line < 4; line += 1) await userEvent.keyboard('{Shift>}{Enter}{/Shift}');
    await nextFrames();
    expect(log.clientHeight).toBeLessThan(before - 60);
    expect(distanceToEnd(log)).toBe(0);
    await userEvent.clear(screen.getByRole('textbox'));
    await nextFrames();
    expect(log.clientHeight).toBe(before);
    expect(distanceToEnd(log)).toBe(0);
  });

  it('B126 away from the end, the list stands still, counts new messages, and leads to them; the page never scrolls', async () => {
    const { bo, screen, log } = await show({ stored: messages(60) });
    await scrollTo(log, log.scrollTop - 900);
    const reading = articles(log).find((element) => element.getBoundingClientRect().top > 100)!;
    const top = reading.getBoundingClientRect().top;
    const jump = screen.getByRole('button', { name: /^Jump to latest/ });
    await expect.element(jump).toHaveAccessibleName('Jump to latest');
    for (let index = 1; index <= 3; index += 1) bo.sendMessage(`News ${index}. ${'Long. '.repeat(200)}`);
    await expect.element(jump).toHaveAccessibleName('Jump to latest, 3 new messages');
    expect(reading.getBoundingClientRect().top).toBe(top);

    // The first click leads to the new messages, the second one to the end.
    await jump.click();
    await expect
      .poll(() => Math.abs(article(log, 'News 1').getBoundingClientRect().top - log.getBoundingClientRect().top))
      .toBeLessThan(60);
    expect(log.textContent).toContain('New');
    // Messages that were displayed in the meantime are no longer new, so the first new message may be the next one.
    await expect
      .poll(async () => {
        await jump.click();
        return distanceToEnd(log);
      })
      .toBe(0);
    await expect.element(jump).not.toBeInTheDocument();
    expect([window.scrollY, document.documentElement.scrollTop, document.body.scrollTop]).toEqual([0, 0, 0]);
  });

  it('B126 a reader who scrolls up at the moment a new message arrives leaves the end', async () => {
    const { ana, bo, log } = await show({ stored: messages(60) });
    await nextFrames();
    log.scrollTop -= 300;
    // Rows above may be measured only now, which changes the scroll offset and moves no row.
    const reading = articles(log).find(
      (element) => element.getBoundingClientRect().top > log.getBoundingClientRect().top,
    )!;
    const top = reading.getBoundingClientRect().top;
    const { length } = ana.messages.order;
    bo.sendMessage('Too late to follow');
    await expect.poll(() => ana.messages.order.length).toBe(length + 1);
    await nextFrames(5);
    expect(reading.getBoundingClientRect().top).toBe(top);
    expect(distanceToEnd(log)).toBeGreaterThan(200);
  });

  it('B126 a sent message is always scrolled into view', async () => {
    const { screen, log } = await show({ stored: messages(60) });
    await scrollTo(log, log.scrollTop - 1_200);
    await userEvent.type(screen.getByRole('textbox'), 'Here I am{Enter}');
    await expect.poll(() => distanceToEnd(log)).toBe(0);
    expect(article(log, 'Here I am').getBoundingClientRect().bottom).toBeLessThan(log.getBoundingClientRect().bottom);
  });

  it('B312 a message that arrives while the reader looks at the end stands below no "New" line, also the first one', async () => {
    const { bo, log } = await show();
    for (const text of ['The first', 'The second']) {
      bo.sendMessage(text);
      await expect.poll(() => log.textContent).toContain(text);
      await nextFrames(5);
      expect(log.querySelector('.imflow-unread')).toBeNull();
    }
  });

  it('the list opens at the first unread message, and counts up to 99+', async () => {
    const stored = messages(160, (order) => (order > 40 ? { direction: 'incoming', status: 'delivered' } : {}));
    const { ana, screen, log } = await show({ stored, template: { pageSize: 160 } });
    const jump = screen.getByRole('button', { name: /^Jump to latest/ });
    await expect.element(jump).toHaveAccessibleName('Jump to latest, 99+ new messages');
    expect(log.querySelector('.imflow-unread')?.getBoundingClientRect().top).toBeLessThan(140);
    // A message that was never in view is not displayed.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(ana.store.getState().unreadCount).toBeGreaterThan(100);
  });

  it('B127 pages that are prepended move the visible rows by 0 px', async () => {
    const stored = messages(300, (order) => ({ at: Date.now() - (300 - order) * 60_000 }));
    // StrictMode observes new rows twice, which the browser reports as a resize loop.
    const { ana, log } = await show({ stored, strict: false, template: { pageSize: 30 } });
    expect(ana.messages.order.length).toBe(30);
    for (let page = 2; page <= 6; page += 1) {
      // The reader scrolls up in steps, until the list requests the next page.
      while (ana.messages.order.length < page * 30) {
        await scrollTo(log, Math.max(0, log.scrollTop - 150));
      }
      // In each frame, the visible rows stay in place.
      const frame = log.getBoundingClientRect();
      const reading = articles(log).find((element) => element.getBoundingClientRect().top >= frame.top)!;
      const id = reading.dataset['message'];
      const tops = new Set<number>();
      for (let index = 0; index < 20; index += 1) {
        tops.add(log.querySelector(`[data-message="${id}"]`)!.getBoundingClientRect().top);
        await nextFrames(1);
      }
      expect(tops.size).toBe(1);
    }
  });

  it('B127 a page that is prepended while the reader is at the very top moves no visible row', async () => {
    const { ana, log } = await show({ stored: messages(90), storageDelay: 300, template: { pageSize: 30 } });
    await scrollTo(log, 0);
    expect(log.ariaBusy).toBe('true');
    await expect.poll(() => log.textContent).toContain('Loading earlier messages…');
    const reading = article(log, 'Message 61.');
    const tops = new Set<number>();
    while (ana.messages.order.length < 60) {
      tops.add(reading.getBoundingClientRect().top);
      await nextFrames(1);
    }
    for (let index = 0; index < 20; index += 1) {
      // New rows are measured in the frame after they are rendered, before a user can see them move.
      await nextFrames(1);
      tops.add(article(log, 'Message 61.').getBoundingClientRect().top);
    }
    expect(log.scrollTop).toBeGreaterThan(500);
    expect([...tops]).toHaveLength(1);
  });

  it('B127 a page that is prepended together with a new message moves no visible row', async () => {
    const transport = createFakeTransport();
    const options = { transport, stored: messages(90), storageDelay: 300, template: { pageSize: 30 } };
    const { ana, log } = await show(options);
    await scrollTo(log, 0);
    const top = article(log, 'Message 61.').getBoundingClientRect().top;
    // Both reach React in one task.
    const body = `And now? ${'Yes, now. '.repeat(30)}`;
    const incoming = { messageId: 'new', sender: 'bo', contentType: 'text/plain', body };
    ana.store.subscribe((now, before) => {
      if (now.messageCount === 60 && before.messageCount === 30) transport.push({ type: 'message', message: incoming });
    });
    await expect.poll(() => ana.messages.order.length).toBe(61);
    await nextFrames(10);
    expect(article(log, 'Message 61.').getBoundingClientRect().top).toBe(top);
  });

  it('the list shows that older messages are loading, and where they end', async () => {
    const { ana, log } = await show({ stored: messages(40), template: { pageSize: 20 } });
    await scrollTo(log, 0);
    await expect.poll(() => ana.messages.order.length).toBe(40);
    await scrollTo(log, 0);
    await expect.poll(() => log.textContent).toContain('The beginning of your conversation with Bo.');
  });
});

describe('the content of a row', () => {
  it('messages are grouped by author and time, and separated by day', async () => {
    const base = new Date(2026, 2, 12, 12, 0).getTime();
    const at = [0, 60_000, 2 * 60_000, 20 * 60_000, 12 * HOUR - 60_000, 12 * HOUR + 60_000];
    const stored = at.map((offset, index) => message(index + 1, { at: base + offset, direction: 'incoming' }));
    const { log } = await show({ stored });
    expect(articles(log).map((element) => element.dataset['group'])).toEqual([
      'first',
      'middle',
      'last',
      'single',
      'single',
      'single',
    ]);
    const days = Array.from(log.querySelectorAll('.imflow-day'), (day) => day.textContent);
    expect(days).toEqual([expect.stringMatching(/March 12|12 March/), expect.stringMatching(/March 13|13 March/)]);
  });

  it('B128 markup in names and bodies is text, and runs and loads nothing', async () => {
    const fetched = vi.spyOn(window, 'fetch');
    const evil = '<img src="/evil.png" onerror="window.hacked = true"><script>window.hacked = true</script><b>bold</b>';
    const { log } = await show({
      stored: [
        message(1, { body: evil }),
        message(2, { body: `${evil}<style>body { display: none }</style>`, contentType: 'text/html' }),
        message(3, {
          body: 'javascript:alert(1) data:text/html,x ftp://example.org //example.org https://example.org/"onmouseover="alert(1)',
        }),
        message(4, { body: '{}', contentType: 'constructor', isContentTypeSupported: false }),
      ],
    });
    await nextFrames();
    await expect.poll(() => articles(log)[1]!.querySelector('b')?.textContent).toBe('bold');
    expect(log.querySelectorAll('img, script, style, article:not([data-message="m2"]) b')).toHaveLength(0);
    expect(article(log, evil)).toBeDefined();
    expect(articles(log)[1]!.textContent).toContain('bold');
    expect(articles(log)[1]!.textContent).not.toMatch(/hacked|display/);
    const links = Array.from(articles(log)[2]!.querySelectorAll('a'));
    expect(links.map(({ protocol, rel, target }) => [protocol, rel, target])).toEqual([
      ['https:', 'noopener noreferrer nofollow', '_blank'],
    ]);
    expect(articles(log)[3]!.textContent).toContain('This message cannot be shown here (constructor).');
    expect('hacked' in window).toBe(false);
    expect(fetched).not.toHaveBeenCalled();
  });

  it('long words wrap, and each message has its own direction', async () => {
    const { log } = await show({ stored: [message(1, { body: 'x'.repeat(2_000) }), message(2, { body: 'שלום' })] });
    await nextFrames();
    expect(log.scrollWidth).toBe(log.clientWidth);
    expect(getComputedStyle(articles(log)[1]!.querySelector('.imflow-body')!).direction).toBe('rtl');
  });

  it('B129 the accessible name of a message holds status, author, text and time', async () => {
    const at = new Date(2026, 2, 12, 9, 41).getTime();
    const { screen } = await show({
      stored: [
        message(1, { body: 'Hi Ana', at }),
        message(2, { body: 'Hi Bo', at, direction: 'outgoing', status: 'delivered' }),
      ],
    });
    const [first, second] = screen.getByRole('article').elements();
    await expect.element(first as HTMLElement).toHaveAccessibleName(/^Bo said: Hi Ana 9:41\sAM$/);
    await expect.element(second as HTMLElement).toHaveAccessibleName(/^Delivered You said: Hi Bo 9:41\sAM$/);
  });

  it('a failed message can be retried or deleted, and the focus moves to the composer', async () => {
    const failed = { direction: 'outgoing', status: 'failed', code: 408, retryable: true } as const;
    const { ana, screen, log } = await show({
      stored: [message(1, { ...failed, body: 'Try again' }), message(2, { ...failed, body: 'Never mind' })],
    });
    expect(article(log, 'Try again').textContent).toContain(
      'Not confirmed. No answer came in time. The message may have arrived; it is safe to retry.',
    );
    await userEvent.dblClick(screen.getByRole('button', { name: 'Retry' }).first());
    await expect.poll(() => article(log, 'Try again').textContent).toContain('Delivered');
    expect(ana.messages.get('m1')?.attempts).toBe(2);
    // The toolbar of the message under the pointer also has a button with this name, which has no text.
    await screen.getByText('Delete', { exact: true }).click();
    await expect.poll(() => log.textContent).not.toContain('Never mind');
    await expect.element(screen.getByRole('textbox')).toHaveFocus();
  });

  it('the actions of a failed message stand in one line, on a narrow phone too', async () => {
    const stored = [message(1, { direction: 'outgoing', status: 'failed', code: 408, retryable: true })];
    const { screen } = await show({ stored, children: <MessageList style={{ inlineSize: 384 }} /> });
    const tops = ['Retry', 'Delete'].map((name) =>
      screen.getByText(name, { exact: true }).element().getBoundingClientRect(),
    );
    expect(tops[0]!.top).toBe(tops[1]!.top);
    expect(Math.min(...tops.map(({ height, width }) => Math.min(height, width)))).toBeGreaterThanOrEqual(24);
  });

  it('an undeliverable message shows the reason', async () => {
    const stored = [message(1, { direction: 'outgoing', status: 'undeliverable', code: 486 })];
    const { log, screen } = await show({ stored });
    expect(articles(log)[0]!.textContent).toContain('Could not be delivered. Bo is busy.');
    expect(screen.getByRole('button', { name: 'Retry' }).elements()).toHaveLength(0);
  });

  it('a message shows that it waits for the connection while offline, and never an earlier status than before', async () => {
    const { ana, network, log } = await show();
    const seen: string[] = [];
    network.setOnline('ana', false);
    await expect.poll(() => ana.store.getState().connection).not.toBe('online');
    ana.sendMessage('hello');
    await expect
      .poll(() => article(log, 'hello').querySelector('.imflow-ticks')?.textContent)
      .toBe('Waiting to be sent');
    const observer = new MutationObserver(() => {
      const text = article(log, 'hello').querySelector('.imflow-ticks')?.textContent ?? '';
      if (seen.at(-1) !== text) seen.push(text);
    });
    observer.observe(log, { subtree: true, childList: true, characterData: true });
    network.setOnline('ana', true);
    await expect.poll(() => seen.at(-1), { timeout: 5_000 }).toBe('Delivered');
    observer.disconnect();
    const order = ['Waiting to be sent', 'Sending', 'Sent', 'Delivered'];
    const stages = seen.map((text) => order.indexOf(text));
    expect(stages).toEqual(stages.toSorted((a, b) => a - b));
  });
});

describe('the keyboard', () => {
  it('B130 arrows, Home and End move from message to message, and Escape moves to the composer', async () => {
    const { screen, log } = await show({ stored: messages(200), template: { pageSize: 200 } });
    log.focus();
    await userEvent.keyboard('{ArrowUp}');
    expect(focusedId()).toBe('m200');
    await userEvent.keyboard('{ArrowUp}{ArrowUp}');
    expect(focusedId()).toBe('m198');
    await userEvent.keyboard('{ArrowDown}');
    expect(focusedId()).toBe('m199');
    await userEvent.keyboard('{Home}');
    await expect.poll(focusedId).toBe('m1');
    await expect
      .poll(() => document.activeElement!.getBoundingClientRect().top)
      .toBeGreaterThanOrEqual(log.getBoundingClientRect().top);
    await userEvent.keyboard('{End}');
    await expect.poll(focusedId).toBe('m200');
    await userEvent.keyboard('{Escape}');
    await expect.element(screen.getByRole('textbox')).toHaveFocus();
  });

  it('B130 the focused message stays in the document, however far the list is scrolled', async () => {
    const { log } = await show({ stored: messages(200), template: { pageSize: 200 } });
    log.focus();
    await userEvent.keyboard('{ArrowUp}');
    await scrollTo(log, 0);
    expect(document.activeElement).toBe(article(log, 'Message 200.'));
  });

  it('B130 every action is reachable by keyboard: the list by Tab, messages by arrows, and their content by Tab', async () => {
    const stored = [
      message(1, { body: 'See https://example.org' }),
      message(2, { direction: 'outgoing', status: 'failed', code: 408, retryable: true }),
    ];
    const { screen } = await show({ stored });
    const reached: string[] = [];
    (document.activeElement as HTMLElement).blur();
    for (const key of ['{Tab}', '{Home}', '{Tab}', '{ArrowDown}', '{Tab}', '{Tab}', '{Tab}', '{Tab}']) {
      // Escape on the link returns the focus to its message.
      if (key === '{ArrowDown}') document.activeElement!.closest('article')!.focus();
      await userEvent.keyboard(key);
      const { tagName, ariaLabel, textContent, localName } = document.activeElement!;
      reached.push(localName === 'article' ? 'a message' : (ariaLabel ?? textContent ?? tagName));
    }
    expect(reached).toEqual([
      'Conversation with Bo',
      'a message',
      'https://example.org',
      'a message',
      'Retry',
      'Delete',
      'Edit',
      'Message Bo',
    ]);
    await userEvent.type(screen.getByRole('textbox'), 'x');
    await userEvent.tab();
    await expect.element(screen.getByRole('button', { name: 'Send' })).toHaveFocus();
  });
});
