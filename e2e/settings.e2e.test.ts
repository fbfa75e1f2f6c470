import type { Locator, Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { phone } from './phone.ts';
import { withChatApp } from './visits.ts';

const visit = withChatApp();

async function choose(page: Page, option: string): Promise<void> {
  const panel = page.locator('.settings');
  if (!(await panel.isVisible())) await page.locator('[popovertarget]').click();
  await panel.getByRole('radio', { name: option, exact: true }).check();
}

const groundOf = (page: Page): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
const pageOf = (page: Page): Locator => page.locator('html');

describe('the settings', () => {
  test('the colours follow the system until the user chooses a mode, which is remembered', async () => {
    const { open } = await visit();
    const page = await open('');
    const light = await groundOf(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await groundOf(page);
    expect(dark).not.toBe(light);
    await choose(page, 'Light');
    expect(await groundOf(page)).toBe(light);
    await page.reload();
    expect(await groundOf(page)).toBe(light);
    await choose(page, 'System');
    expect(await groundOf(page)).toBe(dark);
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await groundOf(page)).toBe(light);
  });

  test('a theme is remembered, in light and dark', async () => {
    const { open } = await visit();
    const page = await open('');
    const grounds = new Set([await groundOf(page)]);
    for (const theme of ['Meadow', 'Ink']) {
      await choose(page, theme);
      for (const brightness of ['Light', 'Dark']) {
        await choose(page, brightness);
        grounds.add(await groundOf(page));
      }
    }
    expect(grounds.size).toBe(5);
    const before = await groundOf(page);
    await page.reload();
    expect(await groundOf(page)).toBe(before);
    expect(await pageOf(page).getAttribute('data-theme')).toBe('ink dark');
  });

  test('a language is loaded when the user chooses it, translates the page, and is remembered', async () => {
    const { open } = await visit();
    const page = await open('?me=ana&with=bo');
    const loaded: string[] = [];
    page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
    await phone(page, 'Bo').box.fill('half a sent');
    await choose(page, 'العربية');
    await page.getByRole('button', { name: 'إرسال' }).waitFor();
    expect(loaded.filter((path) => /\/ar-/.test(path))).not.toEqual([]);
    expect([await pageOf(page).getAttribute('lang'), await pageOf(page).getAttribute('dir')]).toEqual(['ar', 'rtl']);
    expect(await page.getByRole('textbox').inputValue()).toBe('half a sent');
    const [box, send] = [
      await page.getByRole('textbox').boundingBox(),
      await page.getByRole('button', { name: 'إرسال' }).boundingBox(),
    ];
    expect(send!.x).toBeLessThan(box!.x);

    await page.reload();
    await page.getByRole('button', { name: 'إرسال' }).waitFor();
    expect(await page.getByRole('textbox').inputValue()).toBe('half a sent');
    for (const [language, name] of [
      ['Deutsch', 'Senden'],
      ['日本語', '送信'],
      ['English', 'Send'],
    ] as const) {
      await choose(page, language);
      await page.getByRole('button', { name: name, exact: true }).waitFor();
      expect(await pageOf(page).getAttribute('dir')).toBe('ltr');
    }
  });

  test('the first visit is in a language that the browser prefers', async () => {
    const german = await (await visit({ locale: 'de-AT' })).open('?me=ana&with=bo');
    await german.getByRole('button', { name: 'Senden' }).waitFor();
    const polish = await (await visit({ locale: 'pl-PL' })).open('?me=ana&with=bo');
    await polish.getByRole('button', { name: 'Send', exact: true }).waitFor();
  });

  test('other tabs of the browser follow the settings', async () => {
    const { open } = await visit();
    const [one, other] = [await open('?me=ana&with=bo'), await open('?me=bo&with=ana')];
    await choose(one, 'Meadow');
    await choose(one, 'Deutsch');
    await other.getByRole('button', { name: 'Senden' }).waitFor();
    expect(await pageOf(other).getAttribute('data-theme')).toBe('meadow system');
  });

  test('a language that fails to load leaves the old one in place and shows an error', async () => {
    const { open } = await visit();
    const page = await open('?me=ana&with=bo');
    await page.route(/\/ja-/, (route) =>
      route.fulfill({ status: 200, contentType: 'text/javascript', body: 'throw 1' }),
    );
    await choose(page, '日本語');
    await page.getByRole('alert').getByText('could not be loaded').waitFor();
    expect(await pageOf(page).getAttribute('lang')).toBe('en');
    await choose(page, 'Deutsch');
    await page.getByRole('alert').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Senden' }).waitFor();
  });

  test('an invalid stored setting is ignored', async () => {
    const { open } = await visit();
    for (const stored of ['{', '[]', 'null', '{"language":"__proto__","theme":42,"brightness":"bright"}']) {
      const page = await open('?me=ana&with=bo');
      await page.evaluate((text) => localStorage.setItem('imflow:settings', text), stored);
      await page.reload();
      await page.getByRole('button', { name: 'Send', exact: true }).waitFor();
      expect(await pageOf(page).getAttribute('data-theme')).toBe('system');
      await page.close();
    }
  });

  test('B130 the settings work by keyboard: open, choose, close; the focus returns to its place', async () => {
    const { open } = await visit();
    const page = await open('');
    const button = page.getByRole('button', { name: 'Settings' });
    await button.focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    await page.getByRole('button', { name: 'Senden' }).first().waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.settings').waitFor({ state: 'hidden' });
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Einstellungen');
  });

  test.each([
    [320, ''],
    [320, '?me=ana&with=bo'],
    [1_280, '?me=ana&with=bo'],
  ])('at a width of %i px, the panel of “/%s” stays inside the window, from either side', async (width, path) => {
    const { open } = await visit({ viewport: { width, height: 740 } });
    const page = await open(path);
    for (const language of ['English', 'العربية']) {
      await choose(page, language);
      await expect.poll(() => pageOf(page).getAttribute('dir')).toBe(language === 'English' ? 'ltr' : 'rtl');
      await page.keyboard.press('Escape');
      await page.locator('[popovertarget]').click();
      const [panel, button] = [
        await page.locator('.settings').boundingBox(),
        await page.locator('[popovertarget]').boundingBox(),
      ];
      expect(panel!.x).toBeGreaterThanOrEqual(0);
      expect(panel!.x + panel!.width).toBeLessThanOrEqual(width);
      expect(panel!.y).toBeGreaterThanOrEqual(button!.y + button!.height);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    }
  });
});
