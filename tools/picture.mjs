// Takes the picture at the top of README.md: `pnpm run picture`. Ana and Bo chat in the built sample application.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { preview } from 'vite';
import { chromiumLaunchOptions } from './chromium.mjs';
import { ROOT } from './packages.mjs';

/** @import { Locator, Page } from 'playwright' */

const PICTURE = join(ROOT, 'docs/images/chat.webp');
/** Ana's delay, in seconds: long enough that a message can be seen while it is delivered and not yet read. */
const DELAY = '1.5';

const server = await preview({
  root: join(ROOT, 'apps/chat'),
  logLevel: 'error',
  preview: { host: '127.0.0.1', port: 0 },
});
const browser = await chromium.launch(chromiumLaunchOptions());
try {
  const page = await browser.newPage({
    viewport: { width: 1280, height: 920 },
    deviceScaleFactor: 1.5,
    locale: 'en-GB',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  });
  await page.clock.install({ time: new Date('2026-01-05T18:11:00Z') });
  await page.goto(String(server.resolvedUrls?.local[0]));
  await play(page);
  const devtools = await page.context().newCDPSession(page);
  // A quarter of the size of a PNG.
  const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality: 82 });
  await writeFile(PICTURE, Buffer.from(data, 'base64'));
} finally {
  await browser.close();
  await server.close();
}

/** @param {Page} page */
async function play(page) {
  const ana = page.getByRole('region', { name: 'Ana’s phone' });
  const bo = page.getByRole('region', { name: 'Bo’s phone' });
  await say(ana, 'Hi Bo! Still on for dinner tonight?');
  await say(bo, 'Of course 🍝');
  await say(bo, 'I am on the train, the connection comes and goes');
  await act(ana, 'I am on the train', 'Reply');
  await say(ana, 'No hurry. I will see when it reaches you: one tick sent, two delivered, blue when you have read it.');
  await say(bo, 'And you see me type');
  await act(bo, 'No hurry', 'React');
  await bo.getByRole('toolbar', { name: 'Message actions' }).getByRole('button', { name: '👍' }).click();
  await ana.getByRole('button', { name: '👍, Bo', exact: true }).waitFor();

  await page.getByRole('group', { name: 'Ana' }).getByRole('slider', { name: 'Delay' }).fill(DELAY);
  await ana.getByRole('textbox').fill('Pesto or tomato?');
  await ana.getByRole('textbox').press('Enter');
  await bo.getByRole('article').filter({ hasText: 'Pesto or tomato?' }).waitFor();
  await bo.getByRole('textbox').pressSequentially('Pesto, of');
  await tick(ana, 'Pesto or tomato?', 'Delivered');
  await ana.getByText('Bo is typing…').first().waitFor();
  // A message under the pointer shows its actions.
  await page.mouse.move(1, 1);
}

/**
 * Does something to a message.
 *
 * @param {Locator} phone
 * @param {string} text
 * @param {string} action
 */
async function act(phone, text, action) {
  const message = phone.getByRole('article').filter({ hasText: text }).last();
  await message.hover();
  await message.getByRole('toolbar', { name: 'Message actions' }).getByRole('button', { name: action }).click();
}

/**
 * @param {Locator} phone
 * @param {string} text
 */
async function say(phone, text) {
  await phone.getByRole('textbox').fill(text);
  await phone.getByRole('textbox').press('Enter');
  await tick(phone, text, 'Read');
}

/**
 * @param {Locator} phone
 * @param {string} text
 * @param {string} name
 */
async function tick(phone, text, name) {
  const message = phone.getByRole('article').filter({ hasText: text });
  await message.getByText(name, { exact: true }).first().waitFor({ state: 'attached' });
}
