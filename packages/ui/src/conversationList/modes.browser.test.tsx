import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { cdp, page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { contrast, groundOf } from '../../fixtures/contrast.ts';
import { message } from '../../fixtures/conversation.ts';
import { createConversations } from '../../fixtures/conversations.ts';
import { cutOff, overlapping, setPageFontSize, sticksOut, tooSmall } from '../../fixtures/layout.ts';
import { nextFrames } from '../../fixtures/render.tsx';
import { ChatSettings, ConversationList } from '../index.ts';
import { ar } from '../translations/ar.ts';
import { de } from '../translations/de.ts';
import { ja } from '../translations/ja.ts';
import '../styles.css';
import '../conversation-list.css';

const LANGUAGES: Readonly<Record<string, object>> = { English: {}, German: de, Japanese: ja, Arabic: ar };
const IN = Object.keys(LANGUAGES);

afterEach(() => setPageFontSize());
afterEach(() => cdp().send('Emulation.setEmulatedMedia', { features: [] }));

/** Shows a list with the menu of its first conversation. */
async function showMenu(width: number, translations: object = {}): Promise<HTMLElement> {
  await page.viewport(width, 900);
  const conversations = createConversations({
    bo: [message(1, { body: 'See you' })],
    news: [message(1, { body: 'Not seen', status: 'delivered' })],
  });
  conversations.start();
  onTestFinished(() => conversations.end());
  document.body.style.margin = '0';
  const { container } = await render(
    <ChatSettings names={{ bo: 'Bo', news: 'News of the day' }} translations={translations}>
      <ConversationList
        flows={conversations.flows}
        onSelect={() => undefined}
        search
        pinned={['bo']}
        onPinnedChange={() => undefined}
        muted={['news']}
        onMutedChange={() => undefined}
      />
    </ChatSettings>,
  );
  await expect.poll(() => container.querySelectorAll('[role="option"]').length).toBe(2);
  container.querySelector<HTMLElement>('[role="option"]')?.focus();
  await userEvent.keyboard('{Shift>}{F10}{/Shift}');
  await expect.poll(() => container.querySelectorAll('[role="menuitem"]').length).toBe(3);
  await nextFrames(4);
  return container;
}

const menuOf = (container: HTMLElement): HTMLElement => container.querySelector('[role="menu"]')!;

describe('the menu of a conversation', () => {
  // WCAG 2.2, 1.4.10 and 1.4.4: a user who sets the font size of the browser to 32 px, on a small screen.
  it.each(IN)(
    'in %s at a width of 320 px, and with a page font of 32 px, the menu is not cut off and does not overflow',
    async (language) => {
      for (const size of ['', '32px']) {
        setPageFontSize(size);
        const container = await showMenu(320, LANGUAGES[language]);
        const menu = menuOf(container);
        expect({ out: sticksOut(container), cut: cutOff(menu), covered: overlapping(menu) }).toEqual({
          out: [],
          cut: [],
          covered: [],
        });
        expect(document.documentElement.scrollWidth).toBe(320);
        const { top, bottom } = menu.getBoundingClientRect();
        expect(top).toBeGreaterThanOrEqual(0);
        expect(bottom).toBeLessThanOrEqual(900);
        expect(tooSmall(container)).toEqual([]);
      }
    },
  );

  it('with forced colours, the menu has an edge and its focused item a ring', async () => {
    await cdp().send('Emulation.setEmulatedMedia', { features: [{ name: 'forced-colors', value: 'active' }] });
    const container = await showMenu(420);
    const menu = menuOf(container);
    const { borderStyle, borderColor } = getComputedStyle(menu);
    expect(borderStyle).toBe('solid');
    expect(contrast(borderColor, groundOf(menu.parentElement))).toBeGreaterThanOrEqual(3);
    const item = menu.querySelector<HTMLElement>('[role="menuitem"]')!;
    expect(document.activeElement).toBe(item);
    const { outlineStyle, outlineColor } = getComputedStyle(item);
    expect(outlineStyle).toBe('solid');
    expect(contrast(outlineColor, groundOf(item))).toBeGreaterThanOrEqual(3);
  });
});
