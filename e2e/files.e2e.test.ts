import type { Locator, Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { phone } from './phone.ts';
import { withChatApp } from './visits.ts';

const visit = withChatApp();

/** A picture of 4 by 3 pixels. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAQAAAADCAIAAAA7ljmRAAAAFElEQVR4nGNkYPjPAANMcBYqBwAuMwEFmKPHdwAAAABJRU5ErkJggg==',
  'base64',
);

/** A message with that picture, as a screen reader hears it. */
const SEA = 'Picture, beach.png The sea';

async function attach(page: Page | Locator, name: string, mimeType: string, buffer: Buffer): Promise<void> {
  await page.locator('input[type=file]').setInputFiles({ name, mimeType, buffer });
  await page.getByRole('list', { name: 'Attached files' }).getByText(name).waitFor();
}

/** Waits until a picture of a message has loaded. */
async function isShown(message: Locator): Promise<void> {
  const picture = message.locator('img').first();
  await picture.waitFor();
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(4);
}

describe('files', () => {
  test('B450 a picture with a caption arrives in another tab, and both show it after a reload', async () => {
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

  test('B451 a file that was sent without a connection is there after a reload, and arrives', async () => {
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
});
