import type { MessageRecord } from '@imflow/core';
import DOMPurify from 'dompurify';
import { lazy } from 'react';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { message } from '../../fixtures/conversation.ts';
import { article, articles, distanceToEnd, nextFrames, show } from '../../fixtures/render.tsx';
import { Chat, ChatSettings, MessageBody, MessageList, type MessageRenderer, type MessageRenderers } from '../index.ts';

const html = (order: number, body: string): MessageRecord => message(order, { contentType: 'text/html', body });

/** A promise, and the function that resolves it. */
function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve };
}

/** The sanitised markup of a body. */
async function sanitised(body: string): Promise<string> {
  const { container } = await render(<MessageBody message={html(1, body)} />);
  await expect.poll(() => container.querySelector('.imflow-html')).not.toBeNull();
  return container.querySelector('.imflow-html')!.innerHTML;
}

describe('HTML', () => {
  it.each([
    ['formatting', '<p>An <b>HTML</b> <em>body</em><br>of <u>two</u> lines</p>'],
    ['lists', '<ul><li>one</li><li><ol><li>two</li></ol></li></ul><dl><dt>a</dt><dd>b</dd></dl>'],
    ['quotes and code', '<blockquote>said</blockquote><pre><code>a  b\n c</code></pre><q>q</q>'],
    ['headings', '<h1>One</h1><h6>Six</h6><hr>'],
  ])('B128 the sanitiser keeps %s', async (_, body) => {
    expect(await sanitised(body)).toBe(body);
  });

  it.each([
    [
      'a link, with what keeps it harmless',
      '<a href="HTTPS://A.example/b" target="_top" rel="opener" title="t">c</a>',
      '<a href="https://a.example/b" target="_blank" rel="noopener noreferrer nofollow">c</a>',
    ],
    [
      'mail and telephone',
      '<a href="mailto:ana@a.example">m</a><a href="tel:+49">t</a>',
      '<a href="mailto:ana@a.example" target="_blank" rel="noopener noreferrer nofollow">m</a><a href="tel:+49" target="_blank" rel="noopener noreferrer nofollow">t</a>',
    ],
    ['a link that leads nowhere, as text', '<a href="javascript:x">c</a> <a href="/a">d</a>', '<a>c</a> <a>d</a>'],
    [
      'where a link leads that says another place',
      '<a href="https://evil.example/x">www.bank.example</a>',
      '<a href="https://evil.example/x" target="_blank" rel="noopener noreferrer nofollow">www.bank.example (evil.example)</a>',
    ],
    [
      'nothing of a domain that is written in letters and leads to its form of the network',
      '<a href="https://xn--bcher-kva.example/">https://bücher.example/</a>',
      '<a href="https://xn--bcher-kva.example/" target="_blank" rel="noopener noreferrer nofollow">https://bücher.example/</a>',
    ],
    [
      'nothing of the domain of a mail address that is written in letters',
      '<a href="mailto:ana@xn--bcher-kva.com">ana@bücher.com</a>',
      '<a href="mailto:ana@xn--bcher-kva.com" target="_blank" rel="noopener noreferrer nofollow">ana@bücher.com</a>',
    ],
    [
      'where a link leads whose domain only looks like the one that it says',
      '<a href="https://аррӏе.com/">https://apple.com/</a>',
      '<a href="https://xn--80ak6aa92e.com/" target="_blank" rel="noopener noreferrer nofollow">https://apple.com/ (xn--80ak6aa92e.com)</a>',
    ],
    [
      'nothing of a link that says its own place',
      '<a href="https://www.a.example/x?y">a.example: see https://a.example/z</a>',
      '<a href="https://www.a.example/x?y" target="_blank" rel="noopener noreferrer nofollow">a.example: see https://a.example/z</a>',
    ],
    [
      'no styles, classes, ids and data',
      '<p style="color:red" class="a" id="b" data-c="d" dir="rtl" lang="e" aria-label="f">g</p>',
      '<p>g</p>',
    ],
    ['the text of a picture', 'A <img src="https://hit.invalid/x.png" alt="map & plan"> here', 'A map &amp; plan here'],
    [
      'the cells of a table apart',
      '<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>',
      'a b <br>1 2 <br>',
    ],
    ['the text of what is not known', '<x-card><font color="red">a</font></x-card><button>b</button>', 'ab'],
  ])('B128 an HTML body shows %s', async (_, body, shown) => {
    expect(await sanitised(body)).toBe(shown);
  });

  it('B128 the sanitiser and the application’s own DOMPurify do not affect each other', async () => {
    onTestFinished(() => {
      DOMPurify.clearConfig();
      DOMPurify.removeAllHooks();
    });
    DOMPurify.setConfig({ ALLOWED_TAGS: ['img', 'b'], ALLOWED_ATTR: ['onerror', 'src'] });
    const hook = vi.fn();
    DOMPurify.addHook('uponSanitizeElement', hook);
    expect(await sanitised('<img src=x onerror=alert(1)><i>a</i>')).toBe('<i>a</i>');
    expect(hook).not.toHaveBeenCalled();
    DOMPurify.removeAllHooks();
    expect(DOMPurify.sanitize('<img src=x alt=a><i>b</i>')).toBe('<img src="x">b');
  });

  it.each(['', '<p></p>', '<script>alert(1)</script>', '<img src=x>', '<!-- a -->'])(
    'B128 an HTML body with nothing to read is offered as a file: %j',
    async (body) => {
      const { container } = await render(<MessageBody message={html(1, body)} />);
      expect(container.textContent).toContain('This message cannot be shown here (text/html).');
      await nextFrames();
      expect(container.querySelector('.imflow-html')).toBeNull();
    },
  );

  it('B128 an HTML body that is too large to sanitise at once is shown as text', async () => {
    const { container } = await render(<MessageBody message={html(1, `<b>${'Hello '.repeat(200_000)}</b>`)} />);
    await nextFrames();
    expect(container.textContent).toMatch(/^(Hello ){833}He…Show more$/);
    expect(container.querySelector('b')).toBeNull();
  });
});

describe('renderers', () => {
  const stored = [
    message(1, { body: 'Before' }),
    message(2, { contentType: 'image/png', body: 'x' }),
    message(3, { contentType: 'application/vnd.acme.card+json', body: '{"title":"Lunch"}' }),
    message(4, { body: 'After' }),
  ];

  it('B128 a renderer that throws is replaced by a row for the file, and affects nothing else', async () => {
    const consoleErrors = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { log, screen } = await show({
      stored,
      children: (
        <ChatSettings
          renderers={{
            'image/*': () => {
              throw new Error('No picture');
            },
            'application/vnd.acme.card+json': ({ message: { body } }) => (
              <b>{(JSON.parse(body) as { title: string }).title}</b>
            ),
          }}
        >
          <MessageList />
        </ChatSettings>
      ),
    });
    expect(articles(log)).toHaveLength(4);
    expect(article(log, 'Lunch').querySelector('b')).not.toBeNull();
    const row = article(log, 'This message cannot be shown here (image/png).');
    expect(row.textContent).toContain('Picture, 1 byte');
    await expect.element(screen.getByRole('button', { name: 'Download' })).toBeVisible();
    expect(consoleErrors).toHaveBeenCalled();
  });

  it('a renderer that throws for a message is tried again for the next body', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const renderers: MessageRenderers = {
      'a/b': ({ message: { body } }) => {
        if (body === 'bad') throw new Error('Bad');
        return <b>{body}</b>;
      },
    };
    const body = (text: string, given: MessageRenderers) => (
      <ChatSettings renderers={given}>
        <MessageBody message={message(1, { contentType: 'a/b', body: text })} />
      </ChatSettings>
    );
    const { container, rerender } = await render(body('bad', renderers));
    expect(container.querySelector('button')).not.toBeNull();
    await rerender(body('good', renderers));
    expect(container.innerHTML).toBe('<b>good</b>');
    await rerender(body('bad', renderers));
    expect(container.querySelector('button')).not.toBeNull();
    await rerender(body('bad', { '*/*': () => <i>any</i> }));
    expect(container.innerHTML).toBe('<i>any</i>');
  });

  it('a lazy renderer does not delay other messages', async () => {
    const arrived = withResolvers<{ default: MessageRenderer }>();
    const { log } = await show({
      stored,
      children: (
        <ChatSettings renderers={{ 'image/png': lazy(() => arrived.promise) }}>
          <MessageList />
        </ChatSettings>
      ),
    });
    expect(article(log, 'After')).toBeDefined();
    expect(articles(log)[1]!.textContent).toContain('…');
    arrived.resolve({ default: () => <b>Picture</b> });
    await expect.poll(() => articles(log)[1]!.querySelector('b')?.textContent).toBe('Picture');
  });

  it.each([
    ['no body', { body: undefined }],
    ['a body that is an object', { body: {} }],
    ['no content type', { contentType: undefined }],
    ['no fields at all', { id: undefined, body: undefined, contentType: undefined }],
  ])('B128 a message with %s is shown safely', async (_, fields) => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const { container } = await render(<MessageBody message={message(1, fields as never)} />);
    expect(container.textContent).toContain('This message cannot be shown here');
    expect(container.textContent).toMatch(/(File|Text), \d bytes/);
  });
});

describe('saving an unsupported body', () => {
  it('saving creates a file that does not open, and releases its URL', async () => {
    const made = vi.spyOn(URL, 'createObjectURL');
    const revoked = vi.spyOn(URL, 'revokeObjectURL');
    const clicked: HTMLAnchorElement[] = [];
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function click(this: HTMLAnchorElement) {
      clicked.push(this);
    });
    const body = '<script>alert("ä")</script>';
    const { container } = await render(
      <MessageBody message={message(1, { id: '../a b', contentType: 'image/svg+xml', body })} />,
    );
    expect(made).not.toHaveBeenCalled();
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    container.querySelector('button')!.click();
    const [link] = clicked;
    expect(link?.download).toBe('message-ab.bin');
    expect(link?.protocol).toBe('blob:');
    const blob = made.mock.calls[0]![0] as Blob;
    expect(blob.type).toBe('application/octet-stream');
    expect(await blob.text()).toBe(body);
    expect(revoked).not.toHaveBeenCalled();
    vi.runAllTimers();
    expect(revoked).toHaveBeenCalledWith(link!.href);
  });
});

describe('long texts', () => {
  const word = (order: number, body: string): MessageRecord => message(order, { body });

  it('long texts show their beginning and expand and collapse by keyboard, without moving the reader', async () => {
    const lines = Array.from({ length: 300 }, (_, index) => `Line ${index + 1}`).join('\n');
    const { log, screen } = await show({
      stored: [...Array.from({ length: 20 }, (_, index) => word(index, `m${index}`)), word(30, lines)],
    });
    await nextFrames();
    expect(distanceToEnd(log)).toBe(0);
    const more = screen.getByRole('button', { name: 'Show more' });
    await expect.element(more).toHaveAttribute('aria-expanded', 'false');
    expect(article(log, 'Line 40').textContent).not.toContain('Line 41');
    const last = article(log, 'Line 40');
    const top = last.getBoundingClientRect().top;
    (more.element() as HTMLElement).focus({ preventScroll: true });
    await userEvent.keyboard('{Enter}');
    const less = screen.getByRole('button', { name: 'Show less' });
    await expect.element(less).toHaveAttribute('aria-expanded', 'true');
    await expect.element(less).toHaveFocus();
    const tops = new Set<number>();
    for (let frame = 0; frame < 12; frame += 1) {
      await nextFrames(1);
      tops.add(article(log, 'Line 300').getBoundingClientRect().top);
    }
    expect([...tops]).toEqual([top]);
    expect(distanceToEnd(log)).toBeGreaterThan(3_000);
    less.element().scrollIntoView({ block: 'center' });
    await nextFrames(2);
    const place = less.element().getBoundingClientRect().top;
    await userEvent.keyboard('{Enter}');
    await nextFrames(10);
    await expect.element(more).toHaveFocus();
    expect(place).toBeGreaterThan(0);
    const { top: buttonTop } = more.element().getBoundingClientRect();
    expect(buttonTop).toBeGreaterThan(log.getBoundingClientRect().top);
    expect(buttonTop).toBeLessThan(log.getBoundingClientRect().bottom);
  });

  it('long texts grow in steps, and never cut an address', async () => {
    const body = `${'x'.repeat(4_980)} https://a.example/${'y'.repeat(100_000)}`;
    const { container } = await render(<MessageBody message={word(1, body)} />);
    const button = container.querySelector('button')!;
    expect(container.textContent).toHaveLength(5_000 + '…Show more'.length);
    expect(container.querySelector('a')).toBeNull();
    await userEvent.click(button);
    expect(container.textContent).toHaveLength(50_000 + '…Show more'.length);
    await userEvent.click(button);
    expect(container.textContent).toBe(`${body}Show less`);
    await userEvent.click(button);
    expect(container.textContent).toHaveLength(5_000 + '…Show more'.length);
  });

  it('long HTML bodies are shown as text until the user expands them fully', async () => {
    const { container } = await render(
      <MessageBody message={html(1, `<b>Bold</b> ${'word '.repeat(2_000)}<i>end</i>`)} />,
    );
    await nextFrames(3);
    expect(container.querySelector('b')).toBeNull();
    await userEvent.click(container.querySelector('button')!);
    await expect.poll(() => container.querySelector('.imflow-html > i')?.textContent).toBe('end');
    expect(container.querySelector('b')?.textContent).toBe('Bold');
  });
});

describe('hostile layout', () => {
  const ZALGO = `e${'\u0301'.repeat(60)} ${'\u0300\u0317\u0335'.repeat(60)} o${'\u0323'.repeat(40)}`;
  const nest = (tag: string, depth: number): string => `${`<${tag}>`.repeat(depth)}deep`;

  it.each<[string, Partial<MessageRecord>]>([
    ['a word of 1 MB', { body: 'x'.repeat(1_000_000) }],
    ['10 000 emoji', { body: '😀'.repeat(10_000) }],
    ['100 000 lines', { body: '\n'.repeat(100_000) }],
    ['other ends of lines', { body: 'a\u2028b\u2029c\u0085d\ve\ff\r'.repeat(800) }],
    ['lines in HTML', { contentType: 'text/html', body: `a${'<br>'.repeat(20_000)}b` }],
    ['lines at the end of HTML', { contentType: 'text/html', body: `a${'<br>'.repeat(20_000)}` }],
    ['piled marks', { body: `${ZALGO} `.repeat(20) }],
    ['a word without a break in right-to-left', { body: 'ش'.repeat(20_000) }],
    ['direction overrides', { body: `\u202E${'abc '.repeat(500)}\u2067`, direction: 'outgoing' }],
    ['unseen characters', { body: '\u200B\u2060\uFEFF\u00AD'.repeat(5_000) }],
    ['an address of 1 MB', { body: `https://a.example/${'x'.repeat(1_000_000)}` }],
    ['HTML of 1 MB', { contentType: 'text/html', body: `<p>${'x'.repeat(1_000_000)}</p>` }],
    ['a long word in HTML', { contentType: 'text/html', body: `<b>${'x'.repeat(4_000)}</b>` }],
    ['code of one long line', { contentType: 'text/html', body: `<pre><code>${'a = b; '.repeat(500)}</code></pre>` }],
    ['deep lists', { contentType: 'text/html', body: nest('ul><li', 90) }],
    ['deep quotes', { contentType: 'text/html', body: nest('blockquote', 90) }],
    ['deep superscripts', { contentType: 'text/html', body: nest('sup', 400) }],
    ['deep headings', { contentType: 'text/html', body: nest('div><h1', 45) }],
    ['deep small print', { contentType: 'text/html', body: nest('small', 400) }],
    ['many rules', { contentType: 'text/html', body: `a${'<hr>'.repeat(20_000)}b` }],
    ['a long content type', { contentType: `a/${'b'.repeat(100_000)}`, body: '' }],
    ['a content type that turns', { contentType: 'image/\u202Egnp', body: '' }],
    ['a long sender', { sender: 'x'.repeat(1_000_000), body: 'Hello' }],
  ])('B128 %s stays in its place', async (_, fields) => {
    const errors = vi.fn();
    window.addEventListener('error', errors);
    onTestFinished(() => window.removeEventListener('error', errors));
    const consoleErrors = vi.spyOn(console, 'error');
    const { log, screen } = await show({
      stored: [message(1, { body: 'Before' }), message(2, fields), message(3, { body: 'After' })],
    });
    await nextFrames(3);
    log.scrollTop = 0;
    await nextFrames(2);
    expect(log.scrollWidth).toBe(log.clientWidth);
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(document.documentElement.clientWidth);
    const row = log.querySelector<HTMLElement>('[data-message="m2"]')!;
    // The height of the beginning of a long text: 5 000 letters, in lines of a dozen wide letters.
    expect(row.getBoundingClientRect().height).toBeLessThan(8_000);
    const { left, right } = row.querySelector('.imflow-bubble')!.getBoundingClientRect();
    expect(left).toBeGreaterThanOrEqual(0);
    expect(right).toBeLessThanOrEqual(log.clientWidth);
    expect(log.querySelector('[data-message="m1"]')?.textContent).toContain('Before');
    log.scrollTop = log.scrollHeight;
    await expect.poll(() => log.querySelector('[data-message="m3"]')?.textContent).toContain('After');
    expect(errors.mock.calls.filter(([event]) => !(event as ErrorEvent).message.startsWith('ResizeObserver'))).toEqual(
      [],
    );
    expect(consoleErrors).not.toHaveBeenCalled();
    await expect.element(screen.getByRole('textbox')).toBeVisible();
  });

  it('B128 stacked combining marks do not reach neighbouring messages', async () => {
    const picture = async (body: string): Promise<string[]> => {
      const at = new Date(2026, 2, 12, 9, 41).getTime();
      const { log, screen } = await show({
        strict: false,
        stored: [message(1, { body: 'Before', at }), message(2, { body, at }), message(3, { body: 'After', at })],
      });
      await nextFrames(20);
      const { height } = articles(log)[1]!.getBoundingClientRect();
      const shots = [articles(log)[0]!, articles(log)[2]!].map((element) => page.screenshot({ element, save: false }));
      const neighbours = await Promise.all(shots);
      await screen.unmount();
      return [String(height), ...neighbours];
    };
    const piled = await picture(`e${'\u0301'.repeat(60)}o${'\u0323'.repeat(60)}`);
    expect(piled).toEqual(await picture('eo'));
  });

  /** Whether a text is rendered from left to right, by the positions of two of its characters. */
  const runsRight = (node: Node | null | undefined, first: number, second: number): boolean => {
    const left = (index: number): number => {
      const range = document.createRange();
      range.setStart(node!, index);
      range.setEnd(node!, index + 1);
      return range.getBoundingClientRect().left;
    };
    return left(first) < left(second);
  };

  it('B128 a text with bidi controls changes the direction of neither its time nor an address in it', async () => {
    const body = '\u202Eabc https://a.example/def ghi';
    const { log } = await show({ stored: [message(1, { body, direction: 'outgoing', status: 'delivered' })] });
    expect(runsRight(log.querySelector('article .imflow-body > span')!.firstChild, 1, 3)).toBe(false);
    expect(runsRight(log.querySelector('article a')!.firstChild, 0, 8)).toBe(true);
    expect(runsRight(log.querySelector('time')!.firstChild, 0, 2)).toBe(true);
  });

  it('B128 bidi controls in HTML affect only their own link and paragraph', async () => {
    const { log } = await show({
      stored: [html(1, '<p><a href="https://a.example/">a\u202Ebc</a> def</p><p>ghi \u202E</p><p>jkl</p>')],
    });
    await expect.poll(() => log.querySelectorAll('.imflow-html > p').length).toBe(3);
    const [link, , last] = log.querySelectorAll('.imflow-html > p');
    expect(runsRight(link!.querySelector('a')!.firstChild, 2, 3)).toBe(false);
    expect(runsRight(link!.lastChild, 1, 3)).toBe(true);
    expect(runsRight(last!.firstChild, 0, 2)).toBe(true);
  });

  it('B128 a name with bidi controls does not change the direction of the words around it', async () => {
    const { bo, screen } = await show({ children: <Chat name={'\u202EBo\u2067'} /> });
    bo.setLocalComposingState('composing');
    await expect.element(screen.getByRole('status')).toHaveTextContent('Bo is typing…');
    await expect.element(screen.getByRole('log')).toHaveAccessibleName('Conversation with Bo');
  });

  it('each message has its own direction', async () => {
    const { container } = await render(<MessageBody message={html(1, '<p>שלום</p><p>hello</p>')} />);
    await expect.poll(() => container.querySelectorAll('.imflow-html > p').length).toBe(2);
    const { log } = await show({ stored: [message(1, { body: 'שלום' }), html(2, '<p>שלום</p>')] });
    for (const row of articles(log)) expect(getComputedStyle(row.querySelector('.imflow-body')!).direction).toBe('rtl');
  });
});
