// One page of apps/bench in Chromium, and the metrics of the browser about it.

/** @import {} from '../src/bench.ts' */
/** @import { Browser, BrowserContext, CDPSession, Page } from 'playwright' */

/**
 * The metrics of the browser: times in ms, and counts.
 *
 * @typedef {object} Spent
 * @property {number} work Script, layout and style.
 * @property {number} script
 * @property {number} layout
 * @property {number} style
 * @property {number} task All tasks of the page's main thread, including painting.
 * @property {number} layouts How often layout was done.
 * @property {number} styles How often styles were computed.
 */

/**
 * @typedef {object} BenchPage
 * @property {Page} page
 * @property {() => Promise<Spent>} spent Since the page began.
 * @property {() => Promise<number>} heap Bytes of the JavaScript heap, after a collection.
 * @property {() => Promise<void>} close
 */

/**
 * Opens a contender, in a context of its own unless one is given.
 *
 * @param {Browser} browser
 * @param {string} url
 * @param {{ contender: string, counts?: boolean, context?: BrowserContext }} options
 * @returns {Promise<BenchPage>}
 */
export async function openBenchPage(browser, url, { contender, counts = false, context: given }) {
  const context = given ?? (await browser.newContext({ viewport: { width: 400, height: 700 }, locale: 'en-GB' }));
  const page = await context.newPage();
  const client = await context.newCDPSession(page);
  /** @type {string[]} */
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(`${url}?contender=${contender}${counts ? '&count' : ''}`);
  await page
    .waitForFunction(() => 'bench' in window, undefined, { timeout: 30_000 })
    .catch((cause) => {
      throw new Error(`${contender} did not load: ${errors.join('; ')}`, { cause });
    });
  await client.send('Performance.enable');
  return { page, spent: () => spent(client), heap: () => heap(client), close: () => context.close() };
}

/**
 * @param {Spent} before
 * @param {Spent} after
 * @returns {Spent}
 */
export function difference(before, after) {
  return /** @type {Spent} */ (
    Object.fromEntries(
      Object.entries(after).map(([name, value]) => [name, value - before[/** @type {keyof Spent} */ (name)]]),
    )
  );
}

/**
 * @param {CDPSession} client
 * @returns {Promise<Spent>}
 */
async function spent(client) {
  const { metrics } = await client.send('Performance.getMetrics');
  const of = (/** @type {string} */ name) => metrics.find((metric) => metric.name === name)?.value ?? 0;
  const [script, layout, style] = /** @type {const} */ ([
    of('ScriptDuration') * 1_000,
    of('LayoutDuration') * 1_000,
    of('RecalcStyleDuration') * 1_000,
  ]);
  return {
    work: script + layout + style,
    script,
    layout,
    style,
    task: of('TaskDuration') * 1_000,
    layouts: of('LayoutCount'),
    styles: of('RecalcStyleCount'),
  };
}

/** @param {CDPSession} client */
async function heap(client) {
  // Objects that one collection frees may let a further one free more.
  for (let round = 0; round < 2; round += 1) await client.send('HeapProfiler.collectGarbage');
  const { metrics } = await client.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0;
}
