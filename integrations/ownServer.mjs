// The template "own server": a server on PGlite, pages by Vite's development server, and two people on two computers, of
// which one is a browser context of its own. The page is built, too.

import { createServer } from 'node:net';
import { chromium } from 'playwright';
import { chromiumLaunchOptions } from '../tools/chromium.mjs';
import { createFromTemplate } from './application.mjs';
import { startProgram } from './program.mjs';

/** @import { Page } from 'playwright' */

/** @param {import('./run.mjs').Packed} packed */
export async function ownServer(packed) {
  const application = await createFromTemplate('own-server', 'own-server', packed);
  await application.run('npm run build', 'npm', 'run', 'build');
  const environment = { CHAT_PORT: String(await freePort()) };
  const startServer = () => startProgram(application.folder, /listens on port/, ['server.mjs'], environment);
  let server = await startServer();
  const program = ['node_modules/vite/bin/vite.js', '--host', 'localhost', '--port', '0'];
  const pages = await startProgram(application.folder, /Local:\s+(\S+)/, program, environment);
  const browser = await chromium.launch(chromiumLaunchOptions());
  try {
    const open = async (/** @type {string} */ me, /** @type {string} */ other) => {
      const context = await browser.newContext();
      context.setDefaultTimeout(60_000);
      const page = await context.newPage();
      await page.goto(`${pages.match[1]}?me=${me}&with=${other}`);
      return page;
    };
    const [ana, bo] = [await open('ana', 'bo'), await open('bo', 'ana')];
    await say(ana, 'Hello from the guide');
    await heard(bo, 'ana said: Hello from the guide');
    await heard(ana, 'Read You said: Hello from the guide');
    await server.stop();
    await say(ana, 'While it was away');
    server = await startServer();
    await heard(bo, 'ana said: While it was away');
    await bo.reload();
    await heard(bo, 'ana said: Hello from the guide');
    application.say('chromium: two people talk, also after the server was restarted');
  } finally {
    await browser.close();
    await pages.stop();
    await server.stop();
  }
}

/**
 * @param {Page} page
 * @param {string} text
 */
async function say(page, text) {
  await page.getByRole('textbox').fill(text);
  await page.keyboard.press('Enter');
}

/**
 * @param {Page} page
 * @param {string} name
 */
function heard(page, name) {
  return page.getByRole('article', { name }).waitFor();
}

/** @returns {Promise<number>} A port that no program has. */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, 'localhost', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
