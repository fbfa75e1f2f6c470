import { describe, expect, it } from 'vitest';
import { message } from '../../fixtures/conversation.ts';
import { article, articles, show } from '../../fixtures/render.tsx';
import { Chat } from '../index.ts';
import { ar } from '../translations/ar.ts';
import { de } from '../translations/de.ts';
import { ja } from '../translations/ja.ts';

const at = new Date(2026, 2, 12, 9, 41).getTime();
const stored = [
  message(1, { body: 'مرحبا، كيف الحال؟', at }),
  message(2, { body: 'بخير، شكرًا', at, direction: 'outgoing', status: 'displayed' }),
  message(3, { body: 'إلى اللقاء', at, direction: 'outgoing', status: 'failed', code: 408, retryable: true }),
];

/** The box of an element. */
function box(root: ParentNode, selector: string): DOMRect {
  return root.querySelector(selector)!.getBoundingClientRect();
}

describe('a chat in Arabic', () => {
  it('the kit runs from right to left in Arabic: own messages at the left, ticks after the time, the button at the end', async () => {
    const { screen, log } = await show({ stored, children: <Chat translations={ar} /> });
    const chat = screen.container.querySelector<HTMLElement>('.imflow-chat')!;
    expect([chat.lang, chat.dir, getComputedStyle(chat).direction]).toEqual(['ar', 'rtl', 'rtl']);

    const frame = log.getBoundingClientRect();
    const [received, own] = articles(log).map((each) => box(each, '.imflow-bubble'));
    expect(frame.right - received!.right).toBeLessThan(30);
    expect(received!.left - frame.left).toBeGreaterThan(60);
    expect(own!.left - frame.left).toBeLessThan(30);

    const answer = article(log, 'بخير');
    expect(box(answer, '.imflow-ticks').right).toBeLessThanOrEqual(box(answer, 'time').left);
    const composer = screen.container;
    expect(box(composer, '.imflow-send').right).toBeLessThan(box(composer, '.imflow-textbox').left);
    expect(box(composer, '.imflow-avatar').left).toBeGreaterThan(box(composer, '.imflow-title').right);
  });

  it('a name in Latin letters begins where its line begins', async () => {
    const { screen } = await show({ stored, children: <Chat translations={ar} /> });
    const title = screen.container.querySelector('.imflow-title strong')!;
    const name = document.createRange();
    name.selectNodeContents(title);
    const [line, text] = [title.getBoundingClientRect(), name.getBoundingClientRect()];
    expect(line.width).toBeGreaterThan(text.width + 10);
    expect(line.right - text.right).toBeLessThan(1);
  });

  it('an empty text box has the direction of the page, and a filled one that of its text', async () => {
    const { screen } = await show({ children: <Chat translations={ar} /> });
    const text = screen.getByRole('textbox');
    const direction = (): string => getComputedStyle(text.element()).direction;
    expect(direction()).toBe('rtl');
    await text.fill('Hello');
    expect(direction()).toBe('ltr');
    await text.fill('مرحبا');
    expect(direction()).toBe('rtl');
  });

  it('names of another script are isolated in the sentences of the kit', async () => {
    const { bo, screen } = await show({ children: <Chat translations={ar} /> });
    bo.setLocalComposingState('composing');
    const lane = screen.getByRole('status');
    await expect.element(lane).toHaveTextContent('\u2068Bo\u2069 يكتب…');
    expect(getComputedStyle(lane.element().lastElementChild!).direction).toBe('rtl');
  });
});

describe('a language', () => {
  it('a language sets the format of dates, and a locale of the application overrides it', async () => {
    const { screen, log } = await show({ stored, children: <Chat translations={de} /> });
    const day = (): string => log.querySelector('.imflow-day')!.textContent;
    expect(day()).toMatch(/^12\. März/);
    await expect.element(screen.getByRole('button', { name: 'Erneut senden' })).toBeVisible();
    const { log: british } = await show({ stored, children: <Chat locale="en-GB" /> });
    expect(british.querySelector('.imflow-day')!.textContent).toMatch(/^12 March/);
    const { log: japanese } = await show({ stored, children: <Chat translations={ja} dir="rtl" /> });
    expect(japanese.querySelector('.imflow-day')!.textContent).toMatch(/3月12日/);
    expect(getComputedStyle(japanese).direction).toBe('rtl');
  });
});
