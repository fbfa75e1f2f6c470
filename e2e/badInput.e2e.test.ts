import { describe, expect, test } from 'vitest';
import { phone } from './phone.ts';
import { withChatApp } from './visits.ts';

const visit = withChatApp();

const MEGABYTE = 1_000_000;

/** Damages the stored messages with this text. Runs in the page. */
function damage(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('imflow');
    opening.addEventListener('error', () => reject(opening.error ?? new Error('No database')));
    opening.addEventListener('success', () => {
      const database = opening.result;
      const transaction = database.transaction('messages', 'readwrite');
      transaction.addEventListener('complete', () => {
        database.close();
        resolve();
      });
      const walk = transaction.objectStore('messages').openCursor();
      walk.addEventListener('success', () => {
        const cursor = walk.result;
        if (cursor?.value.record.body === text) cursor.update({ ...cursor.value, record: { body: 42, status: null } });
        cursor?.continue();
      });
    });
  });
}

describe('bad input', () => {
  test('an address that does not name two people shows an explanation', async () => {
    const { open } = await visit();
    const page = await open('?me=ana&wiht=bo');
    await page.getByText('“with” is missing').waitFor();
    for (const [query, translations] of [
      ['?me=&with=bo', '“me” is missing'],
      ['?me=ana&with=Ana', 'You cannot talk with yourself'],
      ['?me=<img src=x onerror=alert(1)>&with=bo', '“me” may hold letters, digits'],
      [`?me=ana&with=${'b'.repeat(10_000)}`, '64 are the most'],
    ] as const) {
      await page.goto(new URL(query, page.url()).href);
      await page.getByText(translations).waitFor();
    }
    await page.getByRole('link', { name: '/?me=ana&with=bo' }).click();
    await phone(page, 'Bo').box.waitFor();
  });

  test('unknown parameters of the address are ignored', async () => {
    const { open } = await visit();
    const page = await open('?utm_source=mail&you=ana');
    await page.getByRole('region', { name: 'Ana’s phone' }).waitFor();
  });

  test('B128 markup in a name or a message is shown as text', async () => {
    const { open } = await visit();
    const name = '<b>Bo</b><img src=x onerror=alert(1)>';
    const anasTab = await open(`?me=ana&with=bo&withName=${encodeURIComponent(name)}`);
    const ana = phone(anasTab, name);
    const bo = phone(await open('?me=bo&with=ana'), 'Ana');
    await ana.say('<script>alert(1)</script><b>bold</b>');
    await bo.received('<script>alert(1)</script><b>bold</b>').waitFor();
    await ana.sent('Read', '<script>alert(1)</script><b>bold</b>').waitFor();
    await anasTab.getByText(name, { exact: true }).waitFor();
    expect(await anasTab.locator('main b, main img, main script').count()).toBe(0);
  });

  test('B79 a message of 1 MB is refused with a reason and stays in the text box', async () => {
    const { open } = await visit();
    const page = await open('?me=ana&with=bo');
    const ana = phone(page, 'Bo');
    // The layout of such a text takes Chromium a while.
    page.setDefaultTimeout(25_000);
    await ana.box.fill('x'.repeat(MEGABYTE));
    await page.locator('.imflow-note').getByText('This message is too long by 900,000 characters.').waitFor();
    await ana.box.press('Enter');
    expect(await ana.send.isDisabled()).toBe(true);
    expect(await ana.log.getByRole('article').count()).toBe(0);
    expect((await ana.box.inputValue()).length).toBe(MEGABYTE);

    await ana.say('short');
    await ana.log.getByText('short').waitFor();
  });

  test('B77 a message that consists of blanks is not sent', async () => {
    const { open } = await visit();
    const ana = phone(await open('?me=ana&with=bo'), 'Bo');
    await ana.box.fill(' \n ');
    await ana.box.press('Enter');
    expect(await ana.send.isDisabled()).toBe(true);
    expect(await ana.log.getByRole('article').count()).toBe(0);
  });
});

describe('a browser that refuses to store', () => {
  test.each([
    ['has no IndexedDB', () => Object.defineProperty(globalThis, 'indexedDB', { value: undefined })],
    [
      'lets no page have a database',
      () => {
        IDBFactory.prototype.open = () => {
          throw new DOMException('Private mode', 'SecurityError');
        };
      },
    ],
    [
      'has no room left',
      () => {
        IDBObjectStore.prototype.put = () => {
          throw new DOMException('Full', 'QuotaExceededError');
        };
      },
    ],
  ])('in a browser that %s, the chat works and shows that it stores nothing', async (_, prepare) => {
    const { open } = await visit();
    const anasTab = await open('?me=ana&with=bo', prepare);
    const ana = phone(anasTab, 'Bo');
    const bo = phone(await open('?me=bo&with=ana'), 'Ana');
    await ana.say('Does it work?');
    await bo.received('Does it work?').waitFor();
    await bo.say('It does');
    await ana.received('It does').waitFor();
    await ana.sent('Read', 'Does it work?').waitFor();
    await anasTab
      .getByRole('status')
      .getByText(/^Messages are not kept/)
      .waitFor();
  });

  test('the chat works in a browser that stores nothing at all', async () => {
    const { open } = await visit();
    const page = await open('?me=ana&with=bo', () => {
      Object.defineProperty(globalThis, 'localStorage', {
        get() {
          throw new DOMException('Denied', 'SecurityError');
        },
      });
    });
    const ana = phone(page, 'Bo');
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('radio', { name: 'Dark' }).check();
    await page.getByRole('radio', { name: 'Meadow' }).check();
    expect(await page.locator('html').getAttribute('data-theme')).toBe('meadow dark');
    await page.keyboard.press('Escape');
    await page.getByText('Away', { exact: true }).waitFor();
    await ana.say('Hello');
    await ana.sent('Waiting to be sent', 'Hello').waitFor();
  });

  test('the chat explains that the browser lacks BroadcastChannel', async () => {
    const { open } = await visit();
    const page = await open('?me=ana&with=bo', () => {
      Reflect.deleteProperty(globalThis, 'BroadcastChannel');
    });
    await page
      .getByRole('status')
      .getByText(/BroadcastChannel is not available here/)
      .waitFor();
  });

  test('a damaged stored message is omitted, and the others are shown', async () => {
    const { open } = await visit();
    const page = await open('?me=ana&with=bo');
    const ana = phone(page, 'Bo');
    await open('?me=bo&with=ana');
    for (const text of ['one', 'two', 'three']) await ana.say(text);
    await ana.sent('Read', 'three').waitFor();

    await page.evaluate(damage, 'two');
    await page.reload();
    await ana.sent('Read', 'three').waitFor();
    await ana.sent('Read', 'one').waitFor();
    await expect.poll(() => ana.log.getByRole('article').count()).toBe(2);
    await ana.say('four');
    await ana.sent('Read', 'four').waitFor();
  });
});
