import type { MessageRecord } from '@imflow/core';
import { type ReactElement, type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cdp, page, userEvent } from 'vitest/browser';
import { message } from '../../fixtures/conversation.ts';
import { article, articles, nextFrames, show, type Shown } from '../../fixtures/render.tsx';
import { Chat } from '../index.ts';

function messages(count: number, body = (order: number): string => `Message ${order}`): MessageRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const order = index + 1;
    const direction = order % 3 === 0 ? 'outgoing' : 'incoming';
    const at = new Date(2026, 2, 12, 9, 0).getTime() + order * 60_000;
    return message(order, { direction, body: body(order), at, sender: direction === 'outgoing' ? 'ana' : 'bo' });
  });
}

function showMany(
  count = 200,
  body?: (order: number) => string,
  children: ReactNode = <Chat locale="en-GB" />,
): Promise<Shown> {
  return show({ stored: messages(count, body), template: { pageSize: count }, strict: false, children });
}

/** The text of a message in the document. */
function textOf(log: HTMLElement, text: string): Node {
  return article(log, text).querySelector('.imflow-body > :first-child')!.firstChild!;
}

function select(from: Node, start: number, to: Node, end: number): void {
  document.getSelection()!.setBaseAndExtent(from, start, to, end);
}

async function scrollFarAway(log: HTMLElement): Promise<void> {
  for (let step = 0; step < 2; step += 1) {
    log.scrollTop -= 3_000;
    await nextFrames(3);
  }
}

/** The text that a copy puts on the clipboard: that of the page's handler, else that of the browser. */
function copied(log: HTMLElement): string {
  const data = new DataTransfer();
  const event = new ClipboardEvent('copy', { bubbles: true, cancelable: true, clipboardData: data });
  const start = document.getSelection()!.anchorNode!;
  (start.parentElement ?? log).dispatchEvent(event);
  return event.defaultPrevented ? data.getData('text/plain') : document.getSelection()!.toString();
}

describe('a selection in the list', () => {
  it('B217 a selection within one message survives scrolling away and back', async () => {
    const { log } = await showMany();
    const text = textOf(log, 'Message 199');
    select(text, 2, text, 7);
    await nextFrames(2);
    await scrollFarAway(log);
    expect(document.getSelection()!.toString()).toBe('ssage');
    log.scrollTop = log.scrollHeight;
    await nextFrames(14);
    expect(document.getSelection()!.toString()).toBe('ssage');
    expect(text.isConnected).toBe(true);
    // Without the selection, the row is removed like any other.
    document.getSelection()!.removeAllRanges();
    await scrollFarAway(log);
    expect(text.isConnected).toBe(false);
  });

  it('B217 a selection over several messages, extended while scrolling, holds all between', async () => {
    const { log } = await showMany();
    const end = textOf(log, 'Message 199');
    select(end, 3, end, 9);
    await nextFrames(2);
    await scrollFarAway(log);
    const start = textOf(log, articles(log)[0]!.querySelector('.imflow-body > :first-child')!.textContent);
    const first = Number(start.textContent!.slice(8));
    select(start, 0, end, 11);
    await nextFrames(2);
    await scrollFarAway(log);
    expect(start.isConnected && end.isConnected).toBe(true);
    const lines = copied(log).split('\n');
    expect(lines).toHaveLength(199 - first + 1);
    expect(lines[0]).toMatch(new RegExp(`^\\[\\d\\d:\\d\\d\\] \\w+: Message ${first}$`));
    expect(lines.at(-1)).toBe('[12:19] Bo: Message 199');
  });

  it('B217 a selection in a shadow root survives scrolling away and back', async () => {
    function Shadow({ children }: { readonly children: ReactNode }): ReactElement {
      const host = useRef<HTMLDivElement>(null);
      const [root, setRoot] = useState<ShadowRoot>();
      useLayoutEffect(() => {
        const shadow = host.current!.shadowRoot ?? host.current!.attachShadow({ mode: 'open' });
        for (const style of document.querySelectorAll('style, link[rel="stylesheet"]'))
          shadow.append(style.cloneNode(true));
        setRoot(shadow);
      }, []);
      return (
        <div ref={host} style={{ blockSize: 700 }}>
          {root && createPortal(<div style={{ blockSize: 700 }}>{children}</div>, root)}
        </div>
      );
    }
    const { screen } = await showMany(
      200,
      undefined,
      <Shadow>
        <Chat />
      </Shadow>,
    );
    const root = screen.container.querySelector<HTMLElement>('div[style*="700px"] > div')!.shadowRoot!;
    await expect.poll(() => root.querySelectorAll('article').length).toBeGreaterThan(5);
    const log = root.querySelector<HTMLElement>('[role="log"]')!;
    await nextFrames(14);
    const text = textOf(log, 'Message 199');
    select(text, 2, text, 7);
    await nextFrames(2);
    await scrollFarAway(log);
    expect(text.isConnected).toBe(true);
  });
});

describe('copying', () => {
  it('B218 several messages are copied as lines with time, name and text, and nothing else', async () => {
    const { log } = await showMany(6, (order) => (order === 5 ? 'Two\nlines' : `Message ${order}`));
    select(textOf(log, 'Message 2'), 0, textOf(log, 'Message 6'), 7);
    expect(copied(log)).toBe(
      [
        '[09:02] Bo: Message 2',
        '[09:03] Ana: Message 3',
        '[09:04] Bo: Message 4',
        '[09:05] Bo: Two\nlines',
        '[09:06] Ana: Message',
      ].join('\n'),
    );
    select(textOf(log, 'Message 2'), 3, textOf(log, 'Message 3'), 9);
    expect(copied(log)).toBe('[09:02] Bo: sage 2\n[09:03] Ana: Message 3');
  });

  it('B218 the browser copies the visible text of one message, without texts for screen readers', async () => {
    const { log } = await showMany(3);
    const whole = article(log, 'Message 3');
    document.getSelection()!.selectAllChildren(whole);
    const text = document.getSelection()!.toString();
    expect(text).toContain('Message 3');
    for (const unseen of ['You said', 'Sent', 'Read', 'Delivered']) expect(text).not.toContain(unseen);
    document.getSelection()!.selectAllChildren(log);
    for (const unseen of ['You said', 'said:']) expect(document.getSelection()!.toString()).not.toContain(unseen);
  });
});

describe('the Tab key', () => {
  const RICH = (order: number): string => `Look at https://example.org/${order} and www.example.org`;

  it('B219 Shift+Tab from the composer reaches the list with one press, whatever its rows contain', async () => {
    const { ana, log, screen } = await show({
      stored: [
        ...messages(200, RICH),
        message(201, { contentType: 'text/html', body: '<a href="https://example.org">a</a> <b>b</b>' }),
        message(202, { contentType: 'a/b', body: '' }),
        message(203, { direction: 'outgoing', sender: 'ana', status: 'failed', code: 503, retryable: true }),
        message(204, { body: Array.from({ length: 90 }, (_, line) => `Line ${line}`).join('\n') }),
      ],
      template: { pageSize: 50 },
      children: (
        <Chat
          renderers={{
            'a/b': () => (
              <div>
                <button type="button">b</button>
                <input aria-label="i" />
                <details>
                  <summary>s</summary>
                </details>
                <div contentEditable suppressContentEditableWarning>
                  e
                </div>
                <iframe title="f" sandbox="" srcDoc="<a href=https://example.org>x</a>" style={{ blockSize: 20 }} />
                <pre style={{ overflow: 'auto', inlineSize: 40, blockSize: 30 }}>{'wide '.repeat(30)}</pre>
              </div>
            ),
          }}
        />
      ),
    });
    await nextFrames(14);
    const box = screen.container.querySelector('textarea')!;
    box.focus();
    await userEvent.keyboard('{Shift>}{Tab}{/Shift}');
    expect(document.activeElement).toBe(log);
    await userEvent.keyboard('{Tab}');
    expect(document.activeElement).toBe(box);
    expect(ana.messages.order.length).toBe(50);
  });

  it('B219 the Tab key moves from a message to its content, and then out of the list', async () => {
    const { log, screen } = await showMany(20, RICH);
    log.focus();
    await userEvent.keyboard('{ArrowUp}{ArrowUp}');
    const here = document.activeElement as HTMLElement;
    expect(here.dataset['message']).toBe('m19');
    const stops: string[] = [];
    for (let press = 0; press < 4; press += 1) {
      await userEvent.keyboard('{Tab}');
      const { activeElement } = document;
      stops.push(activeElement!.closest('article')?.dataset['message'] ?? activeElement!.localName);
    }
    // Tab reaches both links of the message, its toolbar, and then the composer.
    expect(stops).toEqual(['m19', 'm19', 'm19', 'textarea']);
    await userEvent.keyboard('{Shift>}{Tab}{/Shift}');
    expect(document.activeElement).toBe(log);
    // For a pointer, the links of every message always work.
    expect(log.querySelectorAll('a[href]').length).toBeGreaterThan(10);
    expect(screen.container.querySelectorAll('article [tabindex="0"]').length).toBe(0);
  });
});

describe('printing', () => {
  it('B220 all loaded messages are printed uncut, and the reader keeps the place', async () => {
    const { log } = await showMany(120, (order) => `Message ${order}. ${'Some words. '.repeat(order % 9)}`);
    await page.viewport(800, 720);
    for (let step = 0; step < 10; step += 1) {
      log.scrollTop -= 200;
      await nextFrames(1);
    }
    await nextFrames(14);
    const reading = articles(log).find(
      (element) => element.getBoundingClientRect().top > log.getBoundingClientRect().top,
    )!;
    const before = reading.getBoundingClientRect().top;
    const session = cdp() as unknown as { send: (method: string, params: object) => Promise<unknown> };
    onTestFinished(() => void session.send('Emulation.setEmulatedMedia', { media: '' }));
    window.dispatchEvent(new Event('beforeprint'));
    await session.send('Emulation.setEmulatedMedia', { media: 'print' });
    expect(articles(log)).toHaveLength(120);
    expect(log.scrollHeight - log.clientHeight).toBeLessThanOrEqual(1);
    const boxes = articles(log).map((element) => element.getBoundingClientRect());
    // The frame of the page is lower than the messages. The content after the chat is printed below them all the same.
    expect(log.closest('.imflow-chat')!.getBoundingClientRect().bottom).toBeGreaterThanOrEqual(boxes.at(-1)!.bottom);
    for (const [index, box] of boxes.entries())
      if (index > 0) expect(box.top).toBeGreaterThanOrEqual(boxes[index - 1]!.bottom);
    expect(getComputedStyle(log.closest('.imflow-chat')!.querySelector('.imflow-composer')!).display).toBe('none');
    await session.send('Emulation.setEmulatedMedia', { media: '' });
    window.dispatchEvent(new Event('afterprint'));
    await nextFrames(14);
    expect(articles(log).length).toBeLessThan(60);
    expect(Math.abs(reading.getBoundingClientRect().top - before)).toBeLessThanOrEqual(1);
  });
});
