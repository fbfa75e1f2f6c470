// Reads the built Storybook as a person does: `pnpm run check:storybook` (after `pnpm run build:storybook`).
//
// Every page of docs is opened in Chromium. It must show its heading, log no error, and link only to pages that exist.
// Each property of a component must have a description, and say its default if it is optional. The inspector in the
// panel of a story must explain its messages.

import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { chromium } from 'playwright';
import { chromiumLaunchOptions } from './chromium.mjs';
import { ROOT } from './packages.mjs';

const BUILD = join(ROOT, 'storybook-static');
/** How many pages are open at once. */
const AT_ONCE = 4;
/** Properties that every part has, and handles. */
const WITHOUT_DEFAULT = /^(className|render|children|\w+Ref)$/;
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
  await inspect(`http://127.0.0.1:${address.port}/index.html`);
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
    // Storybook shows an error in red for a component that it cannot show.
    const errors = await page.locator('.sb-errordisplay:visible, .docblock-emptyblock').allInnerTexts();
    problems.push(...errors.map((text) => `${title}: ${text.split('\n', 1)[0]}`));
    const rows = await page
      .locator('.imflow-props tbody tr')
      .evaluateAll((all) => all.map((row) => Array.from(row.children, (cell) => cell.textContent ?? '')));
    for (const [name = '', , description = '', value = ''] of rows) {
      // A token has no type, and its default is what the style sheet says.
      if (name.startsWith('--')) continue;
      if (description === '') problems.push(`${title}: the property ${name} has no description`);
      const needsDefault = !name.endsWith('(required)') && !WITHOUT_DEFAULT.test(name);
      if (needsDefault && value === '' && !/\bDefault\b/.test(description))
        problems.push(`${title}: the property ${name} does not say its default`);
    }
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

/**
 * Opens the inspector of a story, and that of the next one.
 * @param {string} url
 */
async function inspect(url) {
  const page = await browser.newPage();
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => problems.push(`Inspector: ${error.message}`));
  const panel = page.getByRole('region', { name: 'Flow inspector' });
  try {
    await page.goto(`${url}?path=/story/components-messagelist--short`);
    const story = page.frameLocator('#storybook-preview-iframe').locator('#storybook-root > *').first();
    await story.waitFor();
    if ((await panel.count()) > 0) problems.push('Inspector: it is rendered before it is opened');
    await page.getByRole('tab', { name: 'Inspector' }).click();
    await panel.getByText('ana → bo').waitFor();
    await page.getByLabel('Flow', { exact: true }).selectOption('bo → ana');
    await panel.getByText('bo → ana').waitFor();
    // A different story, and a new document.
    await page.goto(`${url}?path=/story/components-chat--light`);
    await panel
      .getByText(/^(It|The network) .*\.$/)
      .first()
      .waitFor();
    await panel.getByText(/^Live: after transaction \d+ of \d+$/).waitFor();
    await page.locator('.imflow-inspector').evaluate((element) => element.classList.add('earlier'));
    await page.evaluate(() => document.querySelector('iframe')?.contentWindow?.location.reload());
    await page.locator('.earlier').waitFor({ state: 'detached' });
    await panel.getByText(/^Live: after transaction \d+ of \d+$/).waitFor();
    if ((await panel.count()) !== 1) problems.push(`Inspector: there are ${await panel.count()} after a reload`);
    await page.getByRole('tab', { name: 'Controls' }).click();
    await panel.waitFor({ state: 'detached' });
  } catch (error) {
    problems.push(`Inspector: ${String(error).split('\n', 1)[0]}`);
  } finally {
    await page.close();
  }
}

/** @type {import('node:http').RequestListener} */
function serve(request, response) {
  const { pathname } = new URL(request.url ?? '', 'http://localhost');
  const file = join(BUILD, pathname === '/' ? 'index.html' : decodeURIComponent(pathname));
  if (!file.startsWith(BUILD) || !existsSync(file)) {
    // A page without an icon is not an error.
    response.writeHead(pathname === '/favicon.ico' ? 204 : 404).end();
    return;
  }
  const type = TYPES[/** @type {keyof typeof TYPES} */ (extname(file))];
  response.writeHead(200, type ? { 'content-type': type } : {});
  createReadStream(file).pipe(response);
}
