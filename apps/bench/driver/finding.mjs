// Measures how long it takes to find a text in a conversation in IndexedDB, by the position of the text.

import { median } from './summary.mjs';
import { openBenchPage } from './page.mjs';

/** @import { Browser } from 'playwright' */

const SIZE = 100_000;
/** The texts to find in the generated conversation. Each message begins with its id and a colon. */
const TEXTS = /** @type {const} */ ([
  ['in the newest messages, and in many others', 'Train'],
  ['once, in the middle', 'M50000:'],
  ['once, in the oldest message', 'M0:'],
  ['nowhere', 'xylophone'],
]);

/**
 * Measures each search in a separate page, alternately, on one database.
 *
 * @param {Browser} browser
 * @param {string} url
 * @param {number} rounds
 */
export async function runFinding(browser, url, rounds) {
  const context = await browser.newContext({ viewport: { width: 400, height: 700 } });
  const { page } = await openBenchPage(browser, url, { contender: 'imflow', context });
  await page.evaluate(async (count) => (await window.bench.opening()).fill(count), SIZE);
  await page.close();
  const searches = TEXTS.map(([where, text]) => ({
    where,
    text,
    first: /** @type {number[]} */ ([]),
    all: /** @type {number[]} */ ([]),
    longest: 0,
    matches: 0,
  }));
  for (let round = 0; round < rounds; round += 1) {
    for (const search of searches) {
      const bench = await openBenchPage(browser, url, { contender: 'imflow', context });
      const found = await bench.page.evaluate(
        async ([count, text]) => (await window.bench.finding())(count, text),
        /** @type {const} */ ([SIZE, search.text]),
      );
      search.first.push(found.first);
      search.all.push(found.all);
      search.longest = Math.max(search.longest, found.longestTask);
      search.matches = found.matches;
      await bench.page.close();
    }
  }
  await context.close();
  return searches.map(({ where, first, all, longest, matches }) => ({
    where,
    first: median(first),
    all: median(all),
    longest,
    matches,
  }));
}
