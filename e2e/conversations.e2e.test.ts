import type { Locator, Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { phone } from './phone.ts';
import { withChatApp } from './visits.ts';

const visit = withChatApp();

const DESKTOP = { viewport: { width: 1100, height: 720 } };
const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

function row(page: Page, name: string): Locator {
  return page.getByRole('listbox', { name: 'Conversations' }).getByRole('option', { name: new RegExp(`^${name}\\b`) });
}

const sticksOut = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

describe('several conversations over one connection', () => {
  test('B121 on a desktop, the list stands beside the open conversation, and the other conversations keep receiving', async () => {
    const { open } = await visit(DESKTOP);
    const page = await open('conversations');
    await page.getByText('Choose a conversation.').waitFor();
    // Bo writes first, so his conversation moves to the top, unread.
    await row(page, 'Bo').getByText('1 new message', { exact: true }).waitFor();

    await row(page, 'Echo').click();
    const echo = phone(page, 'Echo');
    await echo.say('Anybody there?');
    await echo.sent('Read', 'Anybody there?').waitFor();
    await row(page, 'Echo').getByText('typing…', { exact: true }).waitFor();
    await echo.received('Anybody there?').waitFor();
    expect(await row(page, 'Echo').getAttribute('aria-selected')).toBe('true');
    // Nobody has looked at Bo's message.
    await row(page, 'Bo').getByText('1 new message', { exact: true }).waitFor();

    await row(page, 'Bo').click();
    await phone(page, 'Bo').received('Hi Ana!').waitFor();
    await row(page, 'Bo').getByText('1 new message', { exact: true }).waitFor({ state: 'detached' });
    expect(await echo.log.count()).toBe(0);
    expect(await sticksOut(page)).toBe(0);
  });

  test('B130 arrow keys move in the list, Enter opens a conversation, and its text box has the focus', async () => {
    const { open } = await visit(DESKTOP);
    const page = await open('conversations');
    // This is the last automatic message for a while, so that the order does not change again.
    await row(page, 'News').getByText('1 new message', { exact: true }).waitFor();
    await row(page, 'Bo').focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    const name = (await page.locator('[aria-selected="true"] strong').textContent()) ?? '';
    await expect.poll(() => phone(page, name).box.evaluate((box) => box === document.activeElement)).toBe(true);
    await page.keyboard.type('By heart');
    await page.keyboard.press('Enter');
    await phone(page, name)
      .sent(name === 'News' ? 'Delivered' : 'Read', 'By heart')
      .waitFor();
    // The conversation with the newest message is first.
    await expect.poll(() => page.getByRole('option').first().locator('strong').textContent()).toBe(name);
  });

  test('a phone shows the list first, then the chat, and returns to the same row', async () => {
    const { open } = await visit(PHONE);
    const page = await open('conversations');
    await row(page, 'Notes').tap();
    const notes = phone(page, 'Notes');
    await notes.log.waitFor();
    expect(await page.getByRole('listbox').isVisible()).toBe(false);
    expect(await sticksOut(page)).toBe(0);
    await notes.say('Buy bread');
    await notes.sent('Read', 'Buy bread').waitFor();

    await page.getByRole('link', { name: 'Back to conversations' }).tap();
    await row(page, 'Notes').getByText('Buy bread').waitFor();
    expect(await notes.log.count()).toBe(0);
    await expect.poll(() => row(page, 'Notes').evaluate((each) => each === document.activeElement)).toBe(true);
    expect(await sticksOut(page)).toBe(0);

    // The Back button of the browser works as well.
    await row(page, 'Bo').tap();
    await phone(page, 'Bo').log.waitFor();
    await page.goBack();
    await page.getByRole('listbox').waitFor();
  });

  test.each(['#nobody', '#%E0%A4%A', '#__proto__'])(
    'an address without a participant (%s) shows the list',
    async (hash) => {
      const { open } = await visit(DESKTOP);
      const page = await open(`conversations${hash}`);
      await page.getByText('Choose a conversation.').waitFor();
      await expect.poll(() => page.getByRole('option').count()).toBe(4);
    },
  );
});
