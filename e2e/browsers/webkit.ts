/** Controls WebKitGTK's MiniBrowser by its WebDriver, on a virtual screen. */

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Builder, By, Capabilities, Key } from 'selenium-webdriver';
import { freePort, listening } from '../../tools/serverStart.mjs';
import type { NamedKey, OtherBrowser } from './browser.ts';

const KEYS: Readonly<Record<NamedKey, string>> = {
  Enter: Key.ENTER,
  ArrowUp: Key.ARROW_UP,
  'Control+f': Key.chord(Key.CONTROL, 'f'),
};

/** The folders of the packages of Debian and Ubuntu. */
const [DRIVER, SCREEN] = ['/usr/bin/WebKitWebDriver', '/usr/bin/Xvfb'];

export const hasWebKit = (): boolean => existsSync(DRIVER) && existsSync(SCREEN);

export async function openWebKit(): Promise<OtherBrowser> {
  const screen = spawn(SCREEN, ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const started: ChildProcess[] = [screen];
  const end = (): void => {
    for (const each of started.toReversed()) each.kill('SIGKILL');
  };
  process.once('exit', end);
  try {
    const port = await freePort();
    const driver = spawn(DRIVER, [`--port=${port}`], {
      stdio: 'ignore',
      env: { ...process.env, DISPLAY: `:${await displayOf(screen)}`, LIBGL_ALWAYS_SOFTWARE: '1', NO_AT_BRIDGE: '1' },
    });
    started.push(driver);
    await listening(port, driver, 'WebKitWebDriver');
    const capabilities = new Capabilities({ browserName: 'MiniBrowser' });
    const session = await new Builder().usingServer(`http://127.0.0.1:${port}`).withCapabilities(capabilities).build();
    await session.manage().window().setRect({ width: 1_200, height: 860 });
    return {
      version: `WebKitGTK ${(await session.getCapabilities()).getBrowserVersion() ?? ''}`,
      open: (url) => session.get(url),
      reload: () => session.navigate().refresh(),
      evaluate: (expression) => session.executeScript(`return ${expression};`),
      write: async (selector, text) => session.findElement(By.css(selector)).sendKeys(text),
      press: async (selector, key) => session.findElement(By.css(selector)).sendKeys(KEYS[key]),
      async close() {
        await session.quit();
        process.off('exit', end);
        end();
      },
    };
  } catch (error) {
    process.off('exit', end);
    end();
    throw error;
  }
}

/** The number of the screen, which Xvfb chooses. */
async function displayOf(screen: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: screen.stdio[3] as Readable })) return line;
  throw new Error('Xvfb ended instead of starting.');
}
