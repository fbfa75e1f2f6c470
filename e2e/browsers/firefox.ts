/** Controls Firefox by WebDriver BiDi, which needs no separate driver. */

import { existsSync } from 'node:fs';
import { type ElementHandle, launch } from 'puppeteer-core';
import type { OtherBrowser } from './browser.ts';

const PROGRAM = ['/usr/bin/firefox-esr', '/usr/bin/firefox'].find((path) => existsSync(path));

export const hasFirefox = (): boolean => PROGRAM !== undefined;

export async function openFirefox(): Promise<OtherBrowser> {
  const browser = await launch({ browser: 'firefox', executablePath: PROGRAM ?? '', headless: true, timeout: 60_000 });
  const page = await browser.newPage();
  await page.setViewport({ width: 1_200, height: 800 });

  async function focused(selector: string): Promise<ElementHandle> {
    const element = await page.$(selector);
    if (element === null) throw new Error(`No ${selector}`);
    await element.focus();
    return element;
  }

  return {
    version: await browser.version(),
    open: async (url) => void (await page.goto(url)),
    reload: async () => void (await page.reload()),
    evaluate: (expression) => page.evaluate(expression),
    async write(selector, text) {
      await (await focused(selector)).type(text);
    },
    async press(selector, key) {
      await focused(selector);
      if (key !== 'Control+f') return page.keyboard.press(key);
      await page.keyboard.down('Control');
      await page.keyboard.press('f');
      await page.keyboard.up('Control');
    },
    close: () => browser.close(),
  };
}
