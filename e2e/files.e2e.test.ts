import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { phone } from './phone.ts';
import { withChatApp } from './visits.ts';

/** Opens the application. The browser logs an error for each upload that a test interrupts. */
const visit = withChatApp(/ERR_INTERNET_DISCONNECTED/);

/** The size of a large file, in bytes. */
const LARGE = 50_000_000;

/** The requests that upload a file to the server. */
const UPLOADS = /\/chat\/files\?/;

/** A picture of 4 by 3 pixels. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAQAAAADCAIAAAA7ljmRAAAAFElEQVR4nGNkYPjPAANMcBYqBwAuMwEFmKPHdwAAAABJRU5ErkJggg==',
  'base64',
);

/** The accessible text of a message with that picture. */
const SEA = 'Picture, beach.png The sea';

async function attach(page: Page | Locator, name: string, mimeType: string, buffer: Buffer): Promise<void> {
  await page.locator('input[type=file]').setInputFiles({ name, mimeType, buffer });
  await page.getByRole('list', { name: 'Attached files' }).getByText(name).waitFor();
}

async function signIn(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Start chatting' }).click();
}

/** Waits until a picture of a message has loaded. */
async function isShown(message: Locator): Promise<void> {
  const picture = message.locator('img').first();
  await picture.waitFor();
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(4);
}

describe('files', () => {
  test('B450 a picture with a caption arrives in another tab, and both tabs show it after a reload', async () => {
    const { open } = await visit();
    const anasTab = await open('?me=ana&with=bo');
    const bosTab = await open('?me=bo&with=ana');
    const [ana, bo] = [phone(anasTab, 'Bo'), phone(bosTab, 'Ana')];
    await attach(anasTab, 'beach.png', 'image/png', PICTURE);
    await ana.say('The sea');
    for (let visits = 0; visits < 2; visits += 1) {
      await isShown(ana.sent('Read', SEA));
      await isShown(bo.received(SEA));
      await Promise.all([anasTab.reload(), bosTab.reload()]);
    }
  });

  test('B450 a file of the demo arrives on the other phone, and can be saved there', async () => {
    const { open } = await visit();
    const page = await open('');
    const [anas, bos] = [
      page.getByRole('region', { name: 'Ana’s phone' }),
      page.getByRole('region', { name: 'Bo’s phone' }),
    ];
    await attach(anas, 'notes.txt', 'text/plain', Buffer.from('Some notes'));
    await phone(anas, 'Bo').send.click();
    const received = phone(bos, 'Ana').log.getByRole('article').filter({ hasText: 'notes.txt' });
    const [saved] = await Promise.all([page.waitForEvent('download'), received.getByRole('link').first().click()]);
    expect(saved.suggestedFilename()).toBe('notes.txt');
  });

  test('B451 a file that was sent without a connection is kept over a reload, and arrives', async () => {
    const { open } = await visit();
    const anasTab = await open('?me=ana&with=bo');
    const ana = phone(anasTab, 'Bo');
    await attach(anasTab, 'beach.png', 'image/png', PICTURE);
    await ana.say('The sea');
    await isShown(ana.sent('Waiting to be sent', SEA));
    await anasTab.reload();
    await isShown(ana.sent('Waiting to be sent', SEA));
    const bo = phone(await open('?me=bo&with=ana'), 'Ana');
    await isShown(bo.received(SEA));
    await isShown(ana.sent('Read', SEA));
  });

  test(
    'B451 a reload in the middle of an upload of 50 MB uploads the file again, and it arrives once',
    { timeout: 150_000 },
    async () => {
      const [anasTab, bosTab] = [
        await (await visit()).open('server?name=ida&with=jo'),
        await (await visit()).open('server?name=jo&with=ida'),
      ];
      await signIn(anasTab);
      await signIn(bosTab);
      const [ana, bo] = [phone(anasTab, 'Jo'), phone(bosTab, 'Ida')];
      // Playwright copies the file into the page, and the page stores it, which takes a while.
      for (const tab of [anasTab, bosTab]) tab.setDefaultTimeout(60_000);
      let isHeld = true;
      await anasTab.route(UPLOADS, (route) => (isHeld ? undefined : route.continue()));
      const file = join(mkdtempSync(join(tmpdir(), 'imflow-e2e-')), 'film.bin');
      writeFileSync(file, Buffer.alloc(LARGE, 7));
      await anasTab.locator('input[type=file]').setInputFiles(file);
      await anasTab.getByRole('list', { name: 'Attached files' }).getByText('film.bin').waitFor();
      await ana.say('The film');
      await ana.log.getByRole('progressbar', { name: /film\.bin/ }).waitFor();
      await ana.say('While it is uploaded');
      await bo.received('While it is uploaded').waitFor();
      isHeld = false;
      await anasTab.reload();
      await signIn(anasTab);
      const received = bo.log.getByRole('article').filter({ hasText: 'film.bin' });
      await received.getByRole('link').first().waitFor({ timeout: 60_000 });
      const address = (await received.getByRole('link').first().getAttribute('href')) ?? '';
      const bytes = await bosTab.evaluate(async (url) => (await (await fetch(url)).arrayBuffer()).byteLength, address);
      expect(bytes).toBe(LARGE);
      expect(await received.count()).toBe(1);
      await ana.log.getByRole('article', { name: /^Read You said: film\.bin/ }).waitFor();
      rmSync(file);
    },
  );

  test(
    'B451 when the tab that uploads closes, the second tab of the device uploads the file',
    { timeout: 60_000 },
    async () => {
      const device = await visit();
      const [first, second] = [
        await device.open('server?name=kim&with=lee'),
        await device.open('server?name=kim&with=lee'),
      ];
      const leesTab = await (await visit()).open('server?name=lee&with=kim');
      for (const tab of [first, second, leesTab]) await signIn(tab);
      await phone(first, 'Lee').say('Hello');
      await phone(leesTab, 'Kim').received('Hello').waitFor();
      await first.route(UPLOADS, () => undefined);
      await attach(first, 'notes.txt', 'text/plain', Buffer.from('Some notes'));
      await phone(first, 'Lee').send.click();
      await phone(second, 'Lee').log.getByRole('article').filter({ hasText: 'notes.txt' }).waitFor();
      await first.close();
      const received = phone(leesTab, 'Kim').log.getByRole('article').filter({ hasText: 'notes.txt' });
      await received.getByRole('link').first().waitFor({ timeout: 30_000 });
      expect(await received.count()).toBe(1);
    },
  );

  test('B452 an upload that lost the connection continues after the reconnect', { timeout: 60_000 }, async () => {
    const device = await visit();
    const minasTab = await device.open('server?name=mina&with=noa');
    const noasTab = await (await visit()).open('server?name=noa&with=mina');
    await signIn(minasTab);
    await signIn(noasTab);
    const mina = phone(minasTab, 'Noa');
    await mina.say('Hello');
    await phone(noasTab, 'Mina').received('Hello').waitFor();
    let isCut = true;
    await minasTab.route(UPLOADS, (route) => (isCut ? route.abort('internetdisconnected') : route.continue()));
    await attach(minasTab, 'beach.png', 'image/png', PICTURE);
    await mina.say('The sea');
    await mina.log.getByRole('article').filter({ hasText: 'The sea' }).waitFor();
    isCut = false;
    await isShown(phone(noasTab, 'Mina').received(SEA));
  });

  test('B453 a file whose upload is cancelled is not sent', { timeout: 60_000 }, async () => {
    const ollisTab = await (await visit()).open('server?name=olli&with=pia');
    const piasTab = await (await visit()).open('server?name=pia&with=olli');
    await signIn(ollisTab);
    await signIn(piasTab);
    await ollisTab.route(UPLOADS, () => undefined);
    const olli = phone(ollisTab, 'Pia');
    await attach(ollisTab, 'notes.txt', 'text/plain', Buffer.from('Some notes'));
    await olli.send.click();
    const message = olli.log.getByRole('article').filter({ hasText: 'notes.txt' });
    await message.getByRole('button', { name: /^Cancel/ }).click();
    await message.waitFor({ state: 'detached' });
    await olli.say('Never mind');
    await phone(piasTab, 'Olli').received('Never mind').waitFor();
    expect(await phone(piasTab, 'Olli').log.getByRole('article').count()).toBe(1);
  });

  test('B450 a file that the device has no room for stays in the composer with its text, and a note says why', async () => {
    const { open } = await visit();
    const tab = await open('?me=ana&with=bo', () => {
      const put = IDBObjectStore.prototype.put;
      IDBObjectStore.prototype.put = function (...given) {
        if (this.name === 'files') throw new DOMException('full', 'QuotaExceededError');
        return put.apply(this, given);
      };
    });
    const ana = phone(tab, 'Bo');
    await attach(tab, 'beach.png', 'image/png', PICTURE);
    await ana.say('The sea');
    await tab.getByText('beach.png was not sent: this device has no room to store it.').first().waitFor();
    await tab.getByRole('list', { name: 'Attached files' }).getByText('beach.png').waitFor();
    expect(await ana.log.getByRole('article').count()).toBe(0);
    expect(await ana.box.inputValue()).toBe('The sea');
  });
});
