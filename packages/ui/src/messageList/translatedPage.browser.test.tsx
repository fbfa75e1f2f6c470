import type { MessageRecord } from '@imflow/core';
import { useFlow } from '@imflow/react';
import { type ReactElement, useEffect, useState } from 'react';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { message } from '../../fixtures/conversation.ts';
import { article, articles, nextFrames, show } from '../../fixtures/render.tsx';
import { Chat, ConversationList, MessageList } from '../index.ts';

const LONG = Array.from({ length: 90 }, (_, line) => `Line ${line + 1} of https://example.org/${line} and more`).join(
  '\n',
);

function isEdited(node: Node): boolean {
  return node.parentElement?.closest('[data-translated], textarea, script, style') !== null;
}

function textsIn(root: Node): Text[] {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) texts.push(walker.currentNode as Text);
  return texts.filter((text) => text.data.trim() !== '' && text.parentElement && !isEdited(text));
}

function font(text: string): HTMLElement {
  const element = document.createElement('font');
  element.dataset['translated'] = '';
  element.textContent = text;
  return element;
}

/** Simulations of tools that change the elements of an application. */
const TRANSLATORS: Record<string, (root: HTMLElement) => void> = {
  'each text in two <font>, as Google Translate and Edge do'(root) {
    for (const text of textsIn(root)) {
      const outer = document.createElement('font');
      outer.dataset['translated'] = '';
      outer.append(font(`«${text.data}»`));
      text.replaceWith(outer);
    }
  },
  'each text node in a <font>, blanks too'(root) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const texts: Text[] = [];
    while (walker.nextNode()) texts.push(walker.currentNode as Text);
    for (const text of texts) if (text.parentElement && !isEdited(text)) text.replaceWith(font(text.data));
  },
  'the translation after each text, as Immersive Translate does'(root) {
    for (const text of textsIn(root)) {
      if (text.nextSibling && (text.nextSibling as HTMLElement).dataset?.['translated'] === '') continue;
      text.after(font(` ${text.data}`));
    }
  },
  'each word in an element of its own, as readers and dictionaries do'(root) {
    for (const text of textsIn(root)) text.replaceWith(...text.data.split(/(?<= )/).map(font));
  },
  'texts cut in two and put together, as spelling checkers do'(root) {
    for (const text of textsIn(root)) if (text.length > 3) text.splitText(2);
    root.normalize();
  },
  'bodies written anew as markup'(root) {
    for (const body of root.querySelectorAll('.imflow-body > :first-child:not([data-translated])')) {
      (body as HTMLElement).dataset['translated'] = '';
      // oxlint-disable-next-line no-self-assign -- all of its nodes are replaced
      body.innerHTML = body.innerHTML;
    }
  },
  'texts that are removed, as blockers do'(root) {
    for (const text of textsIn(root)) if (text.data.includes('7')) text.remove();
  },
};

/** Translates the present content, and later changes. */
function translate(root: HTMLElement, how: (root: HTMLElement) => void): void {
  how(root);
  const observer = new MutationObserver(() => {
    how(root);
    observer.takeRecords();
  });
  observer.observe(root, { childList: true, subtree: true, characterData: true });
  onTestFinished(() => observer.disconnect());
}

function stored(): MessageRecord[] {
  return Array.from({ length: 80 }, (_, index) => {
    const order = index + 1;
    const own = order % 3 === 0;
    return message(order, {
      direction: own ? 'outgoing' : 'incoming',
      body: `Message ${order} ${order % 4 === 0 ? 'with https://example.org/a?b=c in it' : 'without'}`,
      ...(order === 78 && { body: LONG }),
      ...(order === 77 && { contentType: 'text/html', body: '<p>Some <b>bold</b> words</p><p>and more</p>' }),
      ...(order === 75 && { status: 'failed', code: 503, retryable: true }),
    });
  });
}

describe('a page that a translator changes', () => {
  it.each(Object.keys(TRANSLATORS))('B215 %s: the chat keeps working in a translated page', async (name) => {
    const { ana, bo, log, network, screen } = await show({ stored: stored(), template: { pageSize: 80 } });
    await nextFrames(5);
    const root = screen.container;
    translate(root, TRANSLATORS[name]!);
    await nextFrames(2);
    const more = (): HTMLElement | null => log.querySelector('.imflow-more');
    for (let click = 0; click < 2; click += 1) {
      more()?.click();
      await nextFrames(2);
    }
    bo.setLocalComposingState('composing');
    await expect.poll(() => root.querySelector('.imflow-typing')?.textContent).not.toBe('');
    bo.sendMessage('News from Bo with https://example.org/');
    ana.sendMessage('News from Ana');
    await expect.poll(() => log.querySelectorAll('article').length).toBeGreaterThan(3);
    for (let step = 0; step < 8; step += 1) {
      log.scrollTop += step < 5 ? -900 : 1_500;
      await nextFrames(1);
    }
    network.setOnline('ana', false);
    ana.sendMessage('While offline');
    await nextFrames(5);
    network.setOnline('ana', true);
    await expect.poll(() => ana.store.getState().connection).toBe('online');
    log.scrollTop = 0;
    await nextFrames(3);
    log.scrollTop = log.scrollHeight;
    await nextFrames(3);
    const box = root.querySelector('textarea')!;
    await userEvent.fill(box, 'The last one');
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => ana.messages.get(ana.messages.order.at(-1)!)?.body).toBe('The last one');
    await expect.poll(() => articles(log).at(-1)?.dataset['message']).toBe(ana.messages.order.at(-1));
    ana.terminate();
    await nextFrames(3);
    expect(root.querySelector('.imflow-chat')).not.toBeNull();
    expect(log.isConnected).toBe(true);
  });

  it('B215 a long text in a translated page expands and collapses', async () => {
    const { log } = await show({ stored: [message(1, { body: LONG })], children: <Chat /> });
    translate(log, TRANSLATORS['each text in two <font>, as Google Translate and Edge do']!);
    const body = (): string => article(log, 'Line 1 ').textContent;
    expect(body()).not.toContain('Line 90');
    log.querySelector<HTMLElement>('.imflow-more')!.click();
    await expect.poll(body).toContain('Line 90');
    log.querySelector<HTMLElement>('.imflow-more')!.click();
    await expect.poll(body).not.toContain('Line 90');
  });

  it('B215 an HTML body that was translated before the sanitiser was loaded is shown sanitised', async () => {
    const html = message(1, { contentType: 'text/html', body: '<p>Some <b>bold</b> words</p>' });
    const { bo, log } = await show({ stored: [message(2)], children: <Chat /> });
    translate(log, TRANSLATORS['each text in two <font>, as Google Translate and Edge do']!);
    bo.sendMessage(html.body, { contentType: 'text/html' });
    await expect.poll(() => log.querySelector('.imflow-html b')?.textContent).toContain('bold');
  });

  it.each(Object.keys(TRANSLATORS))(
    'B215 %s: a list of conversations keeps working in a translated page',
    async (name) => {
      function List(): ReactElement {
        const flow = useFlow();
        return <ConversationList flows={[flow]} onSelect={() => {}} />;
      }
      const { ana, bo, screen } = await show({ stored: stored(), children: <List /> });
      translate(screen.container, TRANSLATORS[name]!);
      const row = (): string => screen.container.querySelector('[role="option"]')!.textContent;
      for (const text of ['One', 'Two', 'Three']) {
        bo.setLocalComposingState('composing');
        await expect.poll(row).toContain('typing');
        bo.sendMessage(text);
        await expect.poll(row).toContain(text);
      }
      const { id } = ana.sendMessage('Four');
      await expect.poll(row).toContain('Four');
      await expect.poll(() => ana.messages.get(id)?.status).toBe('delivered');
      bo.sendMessage('Five');
      await expect.poll(row).toContain('Five');
    },
  );

  it('B215 each text outside of message bodies is the only child of its element', async () => {
    const { ana, bo, log, network, screen } = await show({ stored: stored(), template: { pageSize: 80 } });
    await page.viewport(420, 720);
    bo.setLocalComposingState('composing');
    await expect.poll(() => screen.container.querySelector('.imflow-typing')?.textContent).not.toBe('');
    const mixed = (): string[] =>
      textsIn(screen.container)
        .filter(
          ({ parentElement: parent }) =>
            !parent?.closest('.imflow-body > :first-child') && parent!.childNodes.length > 1,
        )
        .map((text) => `${text.parentElement!.className || text.parentElement!.localName}: ${text.data}`);
    expect(mixed()).toEqual([]);
    network.setOnline('ana', false);
    ana.sendMessage('Later');
    await nextFrames(3);
    expect(mixed()).toEqual([]);
    for (let step = 0; step < 5; step += 1) {
      log.scrollTop -= 500;
      await nextFrames(2);
      expect(mixed()).toEqual([]);
    }
    ana.terminate();
    await nextFrames(3);
    expect(mixed()).toEqual([]);
  });
});

describe('a row that fails', () => {
  it('B216 a row that throws while rendering is replaced by a sentence, and no other row is affected', async () => {
    const consoleErrors = vi.spyOn(console, 'error').mockImplementation(() => {});
    const Broken = (): ReactElement => {
      throw new Error('Broken');
    };
    const { bo, log } = await show({
      stored: stored(),
      children: (
        <MessageList.Root>
          <MessageList.Viewport>
            <MessageList.Items>
              {(row) => (row.id === 'm79' ? <Broken /> : <MessageList.Item {...row} />)}
            </MessageList.Items>
          </MessageList.Viewport>
        </MessageList.Root>
      ),
    });
    expect(article(log, 'This message cannot be shown here').dataset['message']).toBe('m79');
    bo.sendMessage('News');
    await expect.poll(() => log.textContent).toContain('News');
    expect(consoleErrors).toHaveBeenCalled();
  });

  it('B216 a row whose elements the page removed is rendered again', async () => {
    const consoleErrors = vi.spyOn(console, 'error').mockImplementation(() => {});
    const setters: ((isOn: boolean) => void)[] = [];
    function Optional(): ReactElement {
      const [isOn, setIsOn] = useState(true);
      useEffect(() => void setters.push(setIsOn), []);
      return <p>{isOn && <b>Gone</b>}</p>;
    }
    const { log } = await show({
      stored: stored(),
      strict: false,
      children: (
        <MessageList.Root>
          <MessageList.Viewport>
            <MessageList.Items>
              {(row) => (
                <>
                  <MessageList.Item {...row} />
                  {row.id === 'm80' && <Optional />}
                </>
              )}
            </MessageList.Items>
          </MessageList.Viewport>
        </MessageList.Root>
      ),
    });
    const others = articles(log).slice(0, -1);
    for (let round = 0; round < 3; round += 1) {
      log.querySelector('b')!.remove();
      setters.at(-1)!(false);
      await expect.poll(() => log.querySelector('b')?.textContent).toBe('Gone');
      expect(articles(log).at(-1)!.dataset['message']).toBe('m80');
    }
    expect(others.every((element) => element.isConnected)).toBe(true);
    expect(consoleErrors).toHaveBeenCalled();
  });
});
