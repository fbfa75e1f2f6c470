import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { phone } from './phone.ts';
import { withChatApp } from './visits.ts';

const visit = withChatApp();

/** Presses Ctrl+F. Returns whether the page has prevented the browser's own search. */
async function pressFind(page: Page): Promise<boolean> {
  const taken = page.evaluate(
    () =>
      new Promise<boolean>((resolve) => {
        addEventListener('keydown', (event) => event.key === 'f' && setTimeout(() => resolve(event.defaultPrevented)), {
          once: false,
        });
      }),
  );
  // Waits until the listener is registered.
  await page.evaluate(() => undefined);
  await page.keyboard.press('Control+f');
  return taken;
}

describe('Ctrl+F', () => {
  test('B351 Ctrl+F opens the search of a conversation, which finds, highlights and shows a message', async () => {
    const { open } = await visit();
    const page = await open('?me=ana&with=bo');
    const ana = phone(page, 'Bo');
    for (const text of ['The lake is cold', 'The train is late', 'The lake is warm']) await ana.say(text);
    await ana.log.getByText('The lake is warm').waitFor();
    expect(await pressFind(page)).toBe(true);
    const box = page.getByRole('searchbox', { name: 'Find in conversation' });
    await expect.poll(() => box.evaluate((element) => element === document.activeElement)).toBe(true);
    await box.fill('LAKE');
    await page.getByRole('status').getByText('1 of 2', { exact: true }).waitFor();
    await box.press('Enter');
    await page.getByRole('status').getByText('2 of 2', { exact: true }).waitFor();
    await box.press('Escape');
    await box.waitFor({ state: 'detached' });
    // The reader continues at the found message.
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toContain('The lake is cold');
  });

  test('B351 a second Ctrl+F, and Ctrl+F without a conversation, open the search of the browser', async () => {
    const { open } = await visit();
    const page = await open('?me=ana&with=bo');
    await phone(page, 'Bo').box.waitFor();
    expect(await pressFind(page)).toBe(true);
    await page.getByRole('searchbox', { name: 'Find in conversation' }).waitFor();
    expect(await pressFind(page)).toBe(false);
    const demo = await open('');
    await demo.getByRole('region', { name: 'Ana’s phone' }).waitFor();
    expect(await pressFind(demo)).toBe(false);
  });
});

describe('Undo', () => {
  test('B255 Undo discards a message within the send delay; a message that is not undone arrives', async () => {
    const { open } = await visit();
    const page = await open('?me=ana&with=bo');
    const [ana, bo] = [phone(page, 'Bo'), phone(await open('?me=bo&with=ana'), 'Ana')];
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('group', { name: 'Undo send' }).getByRole('radio', { name: /^5/ }).check();
    await page.keyboard.press('Escape');
    await bo.box.waitFor();
    await ana.say('a slip');
    await ana.log.getByRole('button', { name: 'Undo', exact: true }).click();
    await expect.poll(() => ana.box.inputValue()).toBe('a slip');
    await ana.say('a slip, mended');
    await ana.sent('Waiting to be sent', 'a slip, mended').waitFor();
    await bo.received('a slip, mended').waitFor();
    await ana.sent('Read', 'a slip, mended').waitFor();
    await expect.poll(() => bo.log.getByRole('article').count()).toBe(1);
    expect(await ana.log.getByRole('button', { name: 'Undo' }).count()).toBe(0);
  });
});

describe('a phone', () => {
  const PHONES = {
    'held upright': { width: 390, height: 844 },
    'on its side': { width: 844, height: 390 },
  };

  test.each(Object.entries(PHONES))(
    'B352 a phone (%s) shows who is typing, with header, messages and composer in view',
    async (_, viewport) => {
      const { open } = await visit({ viewport, hasTouch: true, isMobile: true });
      const page = await open('?me=ana&with=bo');
      const [ana, bo] = [phone(page, 'Bo'), phone(await open('?me=bo&with=ana'), 'Ana')];
      await ana.say('Pesto or tomato?');
      await bo.received('Pesto or tomato?').waitFor();
      await bo.box.pressSequentially('Pesto, of');
      await ana.typing.waitFor();
      expect(await ana.typing.isVisible()).toBe(true);
      const inView = async (locator: typeof ana.box): Promise<boolean> => {
        const box = await locator.boundingBox();
        return (
          box !== null && box.y >= 0 && box.y + box.height <= viewport.height && box.x + box.width <= viewport.width
        );
      };
      expect(await inView(page.locator('header'))).toBe(true);
      expect(await inView(ana.box)).toBe(true);
      expect(await inView(ana.send)).toBe(true);
      expect((await ana.log.boundingBox())?.height).toBeGreaterThan(150);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
    },
  );

  test('B352 the demo page on a phone shows one of two phones, and the typing of the other', async () => {
    const { open } = await visit({ viewport: PHONES['held upright'], hasTouch: true, isMobile: true });
    const page = await open('');
    const ana = phone(page.getByRole('region', { name: 'Ana’s phone' }), 'Bo');
    const bo = phone(page.getByRole('region', { name: 'Bo’s phone' }), 'Ana');
    await ana.say('Pesto or tomato?');
    const views = page.getByRole('navigation');
    await views.getByRole('button', { name: /^Bo/ }).tap();
    await bo.received('Pesto or tomato?').waitFor();
    await bo.box.pressSequentially('Pesto, of');
    await views.getByRole('button', { name: 'Ana' }).tap();
    await ana.typing.waitFor();
  });
});
