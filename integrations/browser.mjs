// An application's pages in Chromium, and a message that is written there.

import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { chromium } from 'playwright';
import { chromiumLaunchOptions } from '../tools/chromium.mjs';

/** @import { Page } from 'playwright' */

const CONTENT_TYPES = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
};

/**
 * Opens pages of one browser context, passes them to `work`, and fails if any of them logged an error.
 *
 * @param {string[]} addresses
 * @param {(...pages: Page[]) => Promise<void>} work
 */
export async function withPages(addresses, work) {
  const browser = await chromium.launch(chromiumLaunchOptions());
  try {
    const context = await browser.newContext();
    /** @type {string[]} */
    const complaints = [];
    const pages = [];
    for (const address of addresses) {
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      await page.goto(address);
      pages.push(page);
    }
    try {
      await work(...pages);
    } catch (error) {
      throw new Error(`${String(error)}\n${complaints.join('\n')}`, { cause: error });
    }
    if (complaints.length > 0) throw new Error(`A page complained:\n${complaints.join('\n')}`);
  } finally {
    await browser.close();
  }
}

/**
 * Writes a message and waits until its tick says that it arrived.
 *
 * @param {Page} page
 * @param {string} text
 */
export async function sendAndSeeTick(page, text) {
  await page.getByRole('textbox').fill(text);
  await page.keyboard.press('Enter');
  const message = page.getByRole('article').filter({ hasText: text });
  await message
    .getByText(/^(Delivered|Read)$/)
    .first()
    .waitFor({ state: 'attached' });
}

/**
 * Serves the files of a folder while `work` runs.
 *
 * @param {string} folder
 * @param {(address: string) => Promise<void>} work
 */
export async function withServer(folder, work) {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const file = join(folder, path === '/' ? 'index.html' : path);
    if (path.includes('..') || !existsSync(file) || !statSync(file).isFile()) {
      // A page without an icon is not an error.
      response.writeHead(path === '/favicon.ico' ? 204 : 404).end();
      return;
    }
    const type = CONTENT_TYPES[/** @type {keyof typeof CONTENT_TYPES} */ (extname(file))];
    response.writeHead(200, type ? { 'content-type': type } : {});
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  try {
    await work(`http://127.0.0.1:${address.port}/`);
  } finally {
    server.close();
  }
}
