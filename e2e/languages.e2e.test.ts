import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { withChatApp } from './visits.ts';

// The browser logs an error for each failed connection.
const visit = withChatApp(/WebSocket connection to|net::ERR_/);

/** The text direction of the page, and the side of its heading. */
async function sideOf(page: Page): Promise<string> {
  await page.getByRole('heading').first().waitFor();
  return page.evaluate(() => {
    const { dir, lang } = document.querySelector<HTMLElement>('.plain')!;
    const range = document.createRange();
    range.selectNodeContents(document.querySelector('.plain h1')!);
    const text = range.getBoundingClientRect();
    const box = document.querySelector('.plain h1')!.getBoundingClientRect();
    return `${lang} ${dir} ${text.left - box.left < box.right - text.right ? 'left' : 'right'}`;
  });
}

const PAGES = [
  ['en-GB', 'en ltr left', 'Connect to a server', '“Talk to” has to name somebody else'],
  ['de-DE', 'de ltr left', 'Mit einem Server verbinden', '„Sprechen mit“ muss jemand anderen nennen'],
  ['ar-EG', 'ar rtl right', 'الاتصال بخادم', 'يجب أن يكون «التحدّث مع» شخصًا آخر'],
  ['ja-JP', 'ja ltr left', 'サーバーに接続', '「話す相手」には'],
] as const;

describe('every page is in the language of its visitor', () => {
  test.each(PAGES)(
    '%s: the page that signs in to a server, and its errors, are translated',
    async (locale, side, title, yourself) => {
      const page = await (await visit({ locale })).open('connect');
      expect(await sideOf(page)).toBe(side);
      expect(await page.getByRole('heading').innerText()).toBe(title);
      expect(await page.title()).toBe(`${title} · imflow`);
      const fill = async (values: Readonly<Record<string, string>>): Promise<void> => {
        for (const [name, value] of Object.entries(values)) await page.locator(`[name=${name}]`).fill(value);
        await page.locator('button[type=submit]').click();
      };
      const alert = page.getByRole('alert');
      await fill({ server: 'example', address: 'ana@localhost', password: 'secret', with: 'ANA@localhost' });
      await alert.getByText(yourself).waitFor();
      await fill({ with: 'bo@localhost' });
      // The problem is in the visitor's language; the message of the protocol is marked as English.
      await alert.getByText('wss://example.com/xmpp-websocket').waitFor();
      expect(await alert.locator('[lang=en][dir=ltr]').innerText()).toMatch(/^server is "example"/);
      await fill({ server: 'ws://127.0.0.1:9/xmpp' });
      await expect.poll(() => alert.locator('p').innerText(), { timeout: 20_000 }).toMatch(/^(?!.*wss:).+[.。]$/);
      expect(await alert.locator('[lang=en]').count()).toBe(0);
      // Addresses are written from left to right in every language.
      expect(await page.locator('input:not([dir=ltr])').count()).toBe(await page.locator('.settings input').count());
    },
  );

  test('the language can be chosen on the sign-in page, and the form keeps its values', async () => {
    const page = await (await visit()).open('connect');
    await page.getByLabel('Server').fill('wss://example.com');
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('radio', { name: 'العربية' }).check();
    await expect.poll(() => sideOf(page)).toBe('ar rtl right');
    expect(await page.getByLabel('الخادم').inputValue()).toBe('wss://example.com');
  });

  test.each([
    ['de-DE', 'de ltr left', 'Hier ist keine Unterhaltung', '„with“ fehlt'],
    ['ar-EG', 'ar rtl right', 'لا توجد محادثة هنا', 'with'],
    ['ja-JP', 'ja ltr left', 'ここに会話はありません', '「with」がありません'],
  ])('%s: the page for an unknown address is translated', async (locale, side, title, problem) => {
    const page = await (await visit({ locale })).open('?me=ana');
    expect(await sideOf(page)).toBe(side);
    expect(await page.getByRole('heading').innerText()).toBe(title);
    await page.getByText(problem).first().waitFor();
  });

  test.each([
    ['de-DE', 'Nachrichten werden nicht aufbewahrt', 'keinen Platz mehr'],
    ['ar-EG', 'لا تُحفظ الرسائل', 'لم تبقَ مساحة'],
    ['ja-JP', 'メッセージは保存されません', '空き容量がありません'],
  ])('%s: the notice of a browser without storage is translated', async (locale, forgets, why) => {
    const { open } = await visit({ locale });
    const page = await open('?me=ana&with=bo', () => {
      IDBObjectStore.prototype.put = () => {
        throw new DOMException('Full', 'QuotaExceededError');
      };
    });
    await page.getByRole('textbox').fill('Hello');
    await page.getByRole('textbox').press('Enter');
    const trouble = page.locator('.trouble');
    await trouble.getByText(forgets).waitFor();
    // The reason appears late: until a slow disk has refused, it counts as one that does not respond.
    await trouble.getByText(why).waitFor();
    expect(await trouble.innerText()).not.toContain('IndexedDB');
  });

  test('the people of the demo talk in the language of the visitor', async () => {
    const page = await (await visit({ locale: 'ja-JP' })).open('conversations');
    const list = page.getByRole('listbox');
    await list.getByText('こんにちは、Anaさん！').waitFor();
    await list.getByText('ニュース1：').waitFor();
  });
});
