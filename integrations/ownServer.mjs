// The guide "Your own server", from an empty folder: a server on PGlite, pages by Vite's development server, and two people
// on two computers, of which one is a browser context of its own.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright';
import { chromiumLaunchOptions } from '../tools/chromium.mjs';
import { ROOT } from '../tools/packages.mjs';
import { asInWorkspace, createApplication } from './application.mjs';

/** @import { Page } from 'playwright' */

/** What the guide installs. */
const PACKAGES = ['@imflow/core', '@imflow/react', '@imflow/ui', '@imflow/websocket', '@imflow/server'];
const EXAMPLES = join(ROOT, 'docs/guides/examples');

/** @param {import('./run.mjs').Packed} packed */
export async function ownServer({ folder, tarballs }) {
  const tools = asInWorkspace('@vitejs/plugin-react', 'react', 'react-dom', 'vite');
  const own = PACKAGES.map((name) => [name, tarballs[name]]);
  const dependencies = { ...Object.fromEntries(own), ...tools };
  const application = await createApplication(folder, 'own-server', dependencies, null);
  const copy = (/** @type {string} */ example, /** @type {string} */ path) =>
    application.write(path, readFileSync(join(EXAMPLES, example), 'utf8'));
  copy('ownServerStart.mjs', 'server.mjs');
  copy('ownServerVite.mjs', 'vite.config.js');
  copy('ownServerPage.tsx', 'src/main.tsx');
  copy('ownServerIndex.html', 'index.html');
  let server = await start(application.folder, /listens on port/, process.execPath, 'server.mjs');
  const pages = await start(
    application.folder,
    /Local:/,
    process.execPath,
    'node_modules/vite/bin/vite.js',
    '--strictPort',
  );
  const browser = await chromium.launch(chromiumLaunchOptions());
  try {
    const open = async (/** @type {string} */ me, /** @type {string} */ other) => {
      const context = await browser.newContext();
      context.setDefaultTimeout(60_000);
      const page = await context.newPage();
      await page.goto(`http://localhost:5173/?me=${me}&with=${other}`);
      return page;
    };
    const [ana, bo] = [await open('ana', 'bo'), await open('bo', 'ana')];
    await say(ana, 'Hello from the guide');
    await heard(bo, 'ana said: Hello from the guide');
    await heard(ana, 'Read You said: Hello from the guide');
    await server.stop();
    await say(ana, 'While it was away');
    server = await start(application.folder, /listens on port/, process.execPath, 'server.mjs');
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

/**
 * Starts a program, and waits until it has printed something.
 *
 * @param {string} folder
 * @param {RegExp} sign
 * @param {string} program
 * @param {string[]} options
 */
async function start(folder, sign, program, ...options) {
  const child = spawn(program, options, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGINT');
    await ended;
  };
  for await (const line of createInterface({ input: child.stdout })) {
    if (sign.test(line)) {
      child.stdout.resume();
      return { stop };
    }
  }
  throw new Error(`${options.join(' ')} ended before it listened.`);
}
