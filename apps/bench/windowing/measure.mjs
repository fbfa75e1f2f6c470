// Measures two ways to show many messages in Chromium: `node apps/bench/windowing/measure.mjs [count…]`. Decision 24 is
// based on it.
//
// windowed: only the rows in and near view are in the document (what MessageList does).
// content-visibility: all rows are, and the browser skips what is out of view.
//
// "work" is the time that the browser reports for script, style and layout, in ms. Compare the two ways, not machines.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { chromium } from 'playwright';
import { build, defaultClientConditions, preview } from 'vite';
import { chromiumLaunchOptions } from '../../../tools/chromium.mjs';
import { ROOT } from '../../../tools/packages.mjs';

/** @typedef {Awaited<ReturnType<import('playwright').BrowserContext['newCDPSession']>>} Session */

const WAYS = ['windowed', 'content-visibility'];
/** The longest time of a scenario, in ms. */
const LIMIT = 120_000;
const SENT = 20;
const STEPS = 120;

class TooLong extends Error {}

const chosen = process.argv.slice(2).map(Number);
if (chosen.some((count) => !Number.isInteger(count) || count < 100)) {
  console.error('Counts are whole numbers from 100 on, such as: node apps/bench/windowing/measure.mjs 1000 10000');
  process.exit(2);
}
const counts = chosen.length > 0 ? chosen : [1_000, 10_000, 100_000];

const folder = await mkdtemp(join(tmpdir(), 'imflow-windowing-'));
try {
  await run();
} finally {
  await rm(folder, { recursive: true });
}

async function run() {
  const root = join(ROOT, 'apps/bench/windowing');
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    plugins: [react()],
    resolve: { conditions: ['@imflow/source', ...defaultClientConditions] },
    build: { outDir: folder, emptyOutDir: true },
  });
  const server = await preview({
    root,
    configFile: false,
    logLevel: 'error',
    build: { outDir: folder },
    preview: { host: '127.0.0.1', port: 0 },
  });
  try {
    const url = server.resolvedUrls?.local[0] ?? '';
    console.log(
      line('messages', 'way', 'mount', 'heap MB', 'nodes', 'send', 'scroll', 'blank', 'late', 'jump', 'older'),
    );
    for (const count of counts) {
      for (const way of WAYS) console.log(line(count, way, ...(await measure(`${url}?count=${count}&way=${way}`))));
    }
    console.log(`
mount, send, scroll: work in ms; until the newest message is in view, for ${SENT} own messages with their ticks, from the end
to the start in ${STEPS} steps. blank: steps without a message in the middle. late: steps that took more than 50 ms.
jump: how far a row moves while rows above it come into view for the first time, in px. older: the same when a page of 50
messages comes in front. –: not done in ${LIMIT / 1_000} s.`);
  } finally {
    await server.close();
  }
}

/**
 * Measures in a separate browser, so that a run that does not finish can be abandoned.
 *
 * @param {string} url
 */
async function measure(url) {
  const browser = await chromium.launch(chromiumLaunchOptions());
  const context = await browser.newContext({ viewport: { width: 400, height: 700 } });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable');
  await page.goto(url);
  await page.waitForFunction(() => 'scenarios' in window);
  const heapBefore = await heap(session);
  /** @type {(string | number)[]} */
  const cells = [];
  try {
    cells.push(await work(session, () => page.evaluate(() => window.scenarios.mount())));
    cells.push(Math.round((await heap(session)) - heapBefore));
    cells.push(await page.evaluate(() => document.querySelectorAll('*').length));
    cells.push(await work(session, () => page.evaluate((sent) => window.scenarios.send(sent), SENT)));
    /** @type {{ blank: number, late: number } | undefined} */
    let seen;
    cells.push(
      await work(session, async () => {
        seen = await page.evaluate((steps) => window.scenarios.scroll(steps), STEPS);
      }),
    );
    cells.push(seen?.blank ?? '–', seen?.late ?? '–');
    cells.push(await limited(page.evaluate(() => window.scenarios.jump())));
    cells.push(await limited(page.evaluate(() => window.scenarios.older())));
  } catch (error) {
    if (!(error instanceof TooLong)) throw error;
  }
  await browser.close();
  return Array.from({ length: 9 }, (_, index) => cells[index] ?? '–');
}

/**
 * @template T
 * @param {Promise<T>} promise
 * @returns {Promise<T>}
 */
async function limited(promise) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new TooLong()), LIMIT);
  });
  try {
    return /** @type {T} */ (await Promise.race([promise, late]));
  } finally {
    clearTimeout(timer);
    promise.catch(() => {});
  }
}

/**
 * The time that the browser spends on an action, in ms.
 *
 * @param {Session} session
 * @param {() => Promise<unknown>} act
 */
async function work(session, act) {
  const before = await spent(session);
  await limited(act());
  return Math.round((await spent(session)) - before);
}

/** @param {Session} session */
async function spent(session) {
  const { metrics } = await session.send('Performance.getMetrics');
  const counted = ['ScriptDuration', 'LayoutDuration', 'RecalcStyleDuration'];
  return metrics.filter(({ name }) => counted.includes(name)).reduce((sum, { value }) => sum + value * 1_000, 0);
}

/**
 * The heap after a collection, in MB.
 *
 * @param {Session} session
 */
async function heap(session) {
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0) / 1e6;
}

/** @param {(string | number)[]} cells */
function line(...cells) {
  return cells.map((cell, index) => (index === 1 ? ` ${String(cell).padEnd(19)}` : String(cell).padStart(8))).join('');
}
