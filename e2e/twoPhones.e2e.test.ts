import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { phone } from './phone.ts';
import { withChatApp } from './visits.ts';

const visit = withChatApp();

async function openPhones(viewport = { width: 1280, height: 800 }) {
  const { open } = await visit({ viewport });
  const page = await open('');
  return {
    page,
    ana: phone(page.getByRole('region', { name: 'Ana’s phone' }), 'Bo'),
    bo: phone(page.getByRole('region', { name: 'Bo’s phone' }), 'Ana'),
  };
}

/** The controls of the network panel for one user. */
function connection(page: Page, name: string) {
  const group = page.getByRole('group', { name });
  return {
    connected: group.getByRole('switch', { name: 'Connected' }),
    delay: group.getByRole('slider', { name: 'Delay' }),
    loss: group.getByRole('slider', { name: 'Loss' }),
    lost: group.getByText(/^\d+ lost so far$/),
  };
}

describe('two phones on one page', () => {
  test('B115 messages written without a connection wait, and are sent in order after the reconnect', async () => {
    const { page, ana, bo } = await openPhones();
    const { connected } = connection(page, 'Ana');
    await connected.uncheck();
    await ana.say('first');
    await ana.say('second');
    await ana.sent('Waiting to be sent', 'first').waitFor();
    await ana.sent('Waiting to be sent', 'second').waitFor();
    await page.getByText('You are offline', { exact: true }).waitFor();
    expect(await bo.log.getByRole('article').count()).toBe(0);

    await connected.check();
    await ana.sent('Read', 'second').waitFor();
    await ana.sent('Read', 'first').waitFor();
    expect(await bo.log.getByRole('article').allInnerTexts()).toEqual([
      expect.stringContaining('first'),
      expect.stringContaining('second'),
    ]);
  });

  test('B67 a message to an absent user is Sent, and Read once the user returns', async () => {
    const { page, ana, bo } = await openPhones();
    const { connected } = connection(page, 'Bo');
    await connected.uncheck();
    await ana.say('See you later');
    await ana.sent('Sent', 'See you later').waitFor();
    expect(await bo.received('See you later').count()).toBe(0);

    await connected.check();
    await ana.sent('Read', 'See you later').waitFor();
  });

  test('B72 B82 a lost message is Not confirmed after a time; a retry delivers it once', async () => {
    const { page, ana, bo } = await openPhones();
    await page.clock.install();
    const { loss, lost } = connection(page, 'Ana');
    await loss.fill('100');
    await ana.say('Into the void');
    await ana.sent('Sending', 'Into the void').waitFor();
    await page.clock.runFor(11_000);
    await ana.sent('Not confirmed', 'Into the void').waitFor();
    await lost.waitFor();

    await page.getByRole('button', { name: 'Repair' }).click();
    expect(await loss.inputValue()).toBe('0');
    await page.getByRole('button', { name: 'Retry' }).click();
    await page.clock.runFor(2_000);
    await ana.sent('Read', 'Into the void').waitFor();
    await expect.poll(() => bo.log.getByRole('article').count()).toBe(1);
  });

  test('a slow connection delays messages', async () => {
    const { page, ana, bo } = await openPhones();
    await page.clock.install();
    await connection(page, 'Bo').delay.fill('5');
    // From here on the clock of the page stands still, however long the browser takes.
    await page.clock.pauseAt(Date.now() + 1_000);
    await ana.say('By snail');
    await page.clock.runFor(1_000);
    await ana.sent('Sent', 'By snail').waitFor();
    await page.clock.runFor(3_000);
    expect(await bo.received('By snail').count()).toBe(0);
    await page.clock.runFor(2_000);
    await bo.received('By snail').waitFor();
  });

  test('starting over clears both phones and repairs the network', async () => {
    const { page, ana, bo } = await openPhones();
    await ana.say('Forget this');
    await bo.received('Forget this').waitFor();
    await connection(page, 'Bo').connected.uncheck();
    await page.getByRole('button', { name: 'Start over' }).click();
    await page.getByText('No messages yet').first().waitFor();
    expect(await connection(page, 'Bo').connected.isChecked()).toBe(true);
    await ana.say('Again');
    await ana.sent('Read', 'Again').waitFor();
    await expect.poll(() => bo.log.getByRole('article').count()).toBe(1);
  });

  test('B98 on a narrow window, a message is Read once its phone is shown, and nothing overflows', async () => {
    const { page, ana, bo } = await openPhones({ width: 360, height: 740 });
    const sticksOut = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    await ana.say('A word that is wider than the window: '.padEnd(200, 'ó'));
    await ana.sent('Delivered', 'A word that is wider').waitFor();
    expect(await bo.box.isVisible()).toBe(false);
    expect(await sticksOut()).toBe(0);

    const views = page.getByRole('navigation');
    await views.getByRole('button', { name: 'Network' }).click();
    expect(await sticksOut()).toBe(0);
    await views.getByRole('button', { name: /^Bo 1 unread/ }).click();
    await bo.received('A word that is wider').waitFor();
    expect(await sticksOut()).toBe(0);
    await views.getByRole('button', { name: 'Bo', exact: true }).waitFor();
    await views.getByRole('button', { name: 'Ana' }).click();
    await ana.sent('Read', 'A word that is wider').waitFor();
  });
});
