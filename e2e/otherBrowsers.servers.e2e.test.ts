import { join } from 'node:path';
import { preview, type PreviewServer } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OtherBrowser } from './browsers/browser.ts';
import { hasFirefox, openFirefox } from './browsers/firefox.ts';
import { hasWebKit, openWebKit } from './browsers/webkit.ts';

const BROWSERS = [
  { name: 'Firefox', isInstalled: hasFirefox(), openBrowser: openFirefox },
  { name: 'WebKit', isInstalled: hasWebKit(), openBrowser: openWebKit },
];
/** Long enough for a browser that starts while other tests run. */
const TIMEOUT = { timeout: 60_000, interval: 100 };
const [ANAS_BOX, BOS_BOX] = ['[aria-label="Message Bo"]', '[aria-label="Message Ana"]'];

for (const { name, isInstalled } of BROWSERS)
  if (!isInstalled) process.stderr.write(`SKIPPED: no ${name}. Install it with: node tools/ensure.mjs\n`);

let server: PreviewServer;
let url = '';
beforeAll(async () => {
  server = await preview({
    root: join(import.meta.dirname, '../apps/chat'),
    logLevel: 'error',
    preview: { host: '127.0.0.1', port: 0 },
  });
  url = server.resolvedUrls?.local[0] ?? '';
});
afterAll(() => server?.close());

describe.each(BROWSERS)('the sample application in $name', { timeout: 300_000 }, ({ isInstalled, openBrowser }) => {
  let browser: OtherBrowser;
  beforeAll(async () => {
    if (isInstalled) browser = await openBrowser();
  }, 120_000);
  afterAll(() => browser?.close());

  const shown = (text: string): Promise<unknown> =>
    browser.evaluate(`Array.from(document.querySelectorAll('article')).filter((each) =>
      each.textContent.includes(${JSON.stringify(text)})).length`);
  const says = (text: string): Promise<unknown> =>
    browser.evaluate(`document.body.textContent.includes(${JSON.stringify(text)})`);
  const distanceFromEnd = (): Promise<unknown> =>
    browser.evaluate(`Array.from(document.querySelectorAll('*'))
      .filter((each) => getComputedStyle(each).overflowY === 'auto' && each.querySelector('article'))
      .map((each) => Math.round(each.scrollHeight - each.clientHeight - each.scrollTop))`);

  it.skipIf(!isInstalled)('B45 B81 B123 B251 messages, typing and edits arrive; the list follows', async () => {
    await browser.open(url);
    await expect.poll(() => browser.evaluate(`document.querySelectorAll('textarea').length`), TIMEOUT).toBe(2);
    await browser.write(ANAS_BOX, 'Hello Bo');
    await browser.press(ANAS_BOX, 'Enter');
    await expect.poll(() => shown('Hello Bo'), TIMEOUT).toBe(2);
    await browser.write(BOS_BOX, 'Hello');
    await expect.poll(() => says('Bo is typing'), TIMEOUT).toBe(true);
    await browser.press(BOS_BOX, 'Enter');
    await expect.poll(() => shown('Hello'), TIMEOUT).toBe(4);
    await browser.press(ANAS_BOX, 'ArrowUp');
    await expect.poll(() => says('Editing'), TIMEOUT).toBe(true);
    await browser.write(ANAS_BOX, ' and good morning');
    await browser.press(ANAS_BOX, 'Enter');
    await expect.poll(() => shown('Hello Bo and good morning'), TIMEOUT).toBe(2);
    for (let index = 0; index < 20; index += 1) {
      await browser.write(ANAS_BOX, `number ${index}.`);
      await browser.press(ANAS_BOX, 'Enter');
    }
    await expect.poll(() => shown('number 19.'), TIMEOUT).toBe(2);
    await expect.poll(distanceFromEnd, TIMEOUT).toEqual([0, 0]);
  });

  it.skipIf(!isInstalled)('B115 B221 messages are there after a reload, and the search finds them', async () => {
    await browser.open(`${url}?me=ana&with=bo`);
    await expect.poll(() => browser.evaluate(`document.querySelectorAll('textarea').length`), TIMEOUT).toBe(1);
    for (const text of ['one to find', 'another', 'one more to find']) {
      await browser.write(ANAS_BOX, text);
      await browser.press(ANAS_BOX, 'Enter');
    }
    await expect.poll(() => shown('one more to find'), TIMEOUT).toBe(1);
    await browser.reload();
    await expect.poll(() => shown('one more to find'), TIMEOUT).toBe(1);
    await browser.press(ANAS_BOX, 'Control+f');
    await expect.poll(() => browser.evaluate(`document.querySelectorAll('[role=searchbox]').length`), TIMEOUT).toBe(1);
    await browser.write('[role=searchbox]', 'to find');
    await expect.poll(() => says('1 of 2'), TIMEOUT).toBe(true);
  });
});
