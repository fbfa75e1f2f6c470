// Measures how long it takes to open a conversation from IndexedDB, by its length.

import { median } from './summary.mjs';
import { openBenchPage } from './page.mjs';

/** @import { Browser } from 'playwright' */

/** The numbers of messages. The other sizes are compared with the first one. */
const SIZES = [100, 1_000, 100_000];

/**
 * Each size has its own browser context, with its own database. Each opening has its own page; the sizes alternate.
 *
 * @param {Browser} browser
 * @param {string} url
 * @param {number} rounds
 */
export async function runOpening(browser, url, rounds) {
  const databases = await Promise.all(
    SIZES.map(async (size) => ({
      size,
      context: await browser.newContext({ viewport: { width: 400, height: 700 } }),
      elapsed: /** @type {number[]} */ ([]),
      heap: /** @type {number[]} */ ([]),
    })),
  );
  for (const { context, size } of databases) {
    const { page } = await openBenchPage(browser, url, { contender: 'imflow', context });
    await page.evaluate(async (count) => (await window.bench.opening()).fill(count), size);
    await page.close();
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const { context, size, elapsed, heap } of databases) {
      const bench = await openBenchPage(browser, url, { contender: 'imflow', context });
      elapsed.push(await bench.page.evaluate(async (count) => (await window.bench.opening()).open(count), size));
      // Work that the first frame postponed belongs to the memory in use.
      await bench.page.waitForTimeout(300);
      heap.push(await bench.heap());
      await bench.page.close();
    }
  }
  for (const { context } of databases) await context.close();
  return databases.map(({ size, elapsed, heap }) => ({ size, elapsed: median(elapsed), heap: median(heap) }));
}
