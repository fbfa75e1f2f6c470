// Measures how the page behaves while it receives what the device missed, and the user types.

import { setTimeout as pause } from 'node:timers/promises';
import { median } from './summary.mjs';
import { openBenchPage } from './page.mjs';

/** @import { Browser } from 'playwright' */
/** @import { Arrival } from '../src/imflow/arrivals.ts' */
/** @import { Missed } from '../src/imflow/missed.tsx' */

const COUNT = 10_000;
const ARRIVALS = /** @type {[Arrival, string][]} */ ([
  ['event', 'messages, in one event'],
  ['frames', 'messages, in frames of 100'],
  ['messages', 'messages, one by one'],
  ['archive', 'messages, on pages of the archive'],
  ['receipts', 'receipts, one by one'],
]);
/** Between two keys, in ms: a fast writer. */
const KEY_INTERVAL = 80;

/**
 * Each run has its own page and database.
 *
 * @param {Browser} browser
 * @param {string} url
 * @param {number} rounds
 */
export async function runMissed(browser, url, rounds) {
  const rows = ARRIVALS.map(([arrival, what]) => ({
    arrival,
    what,
    shown: /** @type {number[]} */ ([]),
    merged: /** @type {number[]} */ ([]),
    longest: /** @type {number[]} */ ([]),
    longTasks: /** @type {number[]} */ ([]),
    keys: /** @type {number[]} */ ([]),
  }));
  for (let round = 0; round < rounds; round += 1) {
    for (const row of rows) {
      const bench = await openBenchPage(browser, url, { contender: 'imflow' });
      const { page } = bench;
      const measured = page.evaluate(
        async ([arrival, count]) => (await window.bench.missed())(arrival, count),
        /** @type {const} */ ([row.arrival, COUNT]),
      );
      /** @type {Missed | undefined} */
      let result;
      while (result === undefined) {
        await page.keyboard.type('a');
        result = await Promise.race([measured, pause(KEY_INTERVAL, undefined)]);
      }
      const { shown, merged, longTasks, keys } = result;
      row.shown.push(shown);
      row.merged.push(merged);
      row.longest.push(Math.max(0, ...longTasks));
      row.longTasks.push(longTasks.length);
      row.keys.push(Math.max(0, ...keys));
      await bench.close();
    }
  }
  return rows.map(({ what, shown, merged, longest, longTasks, keys }) => ({
    what,
    shown: median(shown),
    merged: median(merged),
    longest: median(longest),
    longTasks: median(longTasks),
    key: median(keys),
  }));
}
