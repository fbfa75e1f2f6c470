// Reads the built Storybook as a person does: `pnpm run check:storybook` (after `pnpm run build:storybook`).
//
// Every page of docs is opened in Chromium. It must show its heading, complain about nothing, and lead nowhere that
// does not exist.

import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { chromium } from 'playwright';
import { chromiumLaunchOptions } from './chromium.mjs';
import { ROOT } from './packages.mjs';

const BUILD = join(ROOT, 'storybook-static');
/** How many pages are open at once. */
const AT_ONCE = 4;
const TYPES = { '.css': 'text/css', '.html': 'text/html', '.js': 'text/javascript', '.json': 'application/json' };

/** @typedef {{ id: string, title: string, type: 'docs' | 'story' }} Entry */

const index = join(BUILD, 'index.json');
if (!existsSync(index)) throw new Error('Storybook is not built. Run: pnpm run build:storybook');
/** @type {Entry[]} */
const entries = Object.values(JSON.parse(readFileSync(index, 'utf8')).entries);
const known = new Set(entries.map(({ id }) => id));
const pages = entries.filter(({ type }) => type === 'docs');

/** @type {string[]} */
const problems = [];
const server = createServer(serve).listen(0, '127.0.0.1');
const browser = await chromium.launch(chromiumLaunchOptions());
try {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  const rest = pages.values();
  const readRest = async () => {
    for (const entry of rest) {
      await read(`http://127.0.0.1:${address.port}/iframe.html?viewMode=docs&id=${entry.id}`, entry);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, readRest));
} finally {
  await browser.close();
  server.close();
}
console.log(`${pages.length} pages, ${problems.length} problems`);
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exitCode = 1;
}

/**
 * @param {string} url
 * @param {Entry} entry
 */
async function read(url, { title }) {
  const page = await browser.newPage();
  page.on('pageerror', (error) => problems.push(`${title}: ${error.message}`));
  page.on('console', (message) => message.type() === 'error' && problems.push(`${title}: ${message.text()}`));
  try {
    await page.goto(url, { waitUntil: 'domcontentloaded' });
    await page.locator('.sbdocs h1').first().waitFor({ timeout: 20_000 });
    // Components that are asked for and cannot be shown say so in red.
    const errors = await page.locator('.sb-errordisplay:visible, .docblock-emptyblock').allInnerTexts();
    problems.push(...errors.map((text) => `${title}: ${text.split('\n', 1)[0]}`));
    const links = await page
      .locator('.sbdocs a[href]')
      .evaluateAll((all) => all.map((link) => link.getAttribute('href')));
    for (const link of links) {
      const id = /\?path=\/(?:docs|story)\/([\w-]+)/.exec(link ?? '')?.[1];
      if (id ? !known.has(id) : !/^(https?:|mailto:|#)/.test(link ?? ''))
        problems.push(`${title} leads to ${link}, which is not there`);
    }
  } catch (error) {
    problems.push(`${title}: ${String(error).split('\n', 1)[0]}`);
  } finally {
    await page.close();
  }
}

/** @type {import('node:http').RequestListener} */
function serve(request, response) {
  const { pathname } = new URL(request.url ?? '', 'http://localhost');
  const file = join(BUILD, pathname === '/' ? 'index.html' : decodeURIComponent(pathname));
  if (!file.startsWith(BUILD) || !existsSync(file)) {
    // A page without an icon is not at fault.
    response.writeHead(pathname === '/favicon.ico' ? 204 : 404).end();
    return;
  }
  const type = TYPES[/** @type {keyof typeof TYPES} */ (extname(file))];
  response.writeHead(200, type ? { 'content-type': type } : {});
  createReadStream(file).pipe(response);
}
