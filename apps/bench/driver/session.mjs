// A session: all contenders run all scenarios in turn, repeatedly, so that a temporary disturbance of the machine affects
// all of them.

import { difference, openBenchPage } from './page.mjs';

/** @import { Browser } from 'playwright' */
/** @import { Spent } from './page.mjs' */

/**
 * The result of one run of one scenario of one contender. Absent values were not counted.
 *
 * @typedef {object} Sample
 * @property {string} contender
 * @property {number} size How many messages the conversation has.
 * @property {string} scenario
 * @property {number} ops The number of executed steps.
 * @property {boolean} finished Within the limit.
 * @property {Spent} spent For all steps.
 * @property {number} elapsed In ms.
 * @property {number} [heap] Bytes added by mounting.
 * @property {number} [elements] In the document, after mounting.
 * @property {number} [moved] px.
 * @property {number} [frames]
 * @property {number} [dropped]
 * @property {number} [blank]
 * @property {{ components: number, rows: number }} [renders] Of a run that counts, and is not timed.
 */

/** The scenarios in their order: the later ones make the conversation longer. */
export const SCENARIOS = [
  'mount',
  'rest',
  'tickInView',
  'tickOutOfView',
  'typing',
  'keys',
  'append',
  'burst',
  'appendMany',
  'grow',
  'scroll',
  'older',
];

/** The longest time of a whole turn, in ms. */
const PATIENCE = 600_000;
const KEYS = 'The quick brown fox jumps over the dog. ';

/**
 * @param {Browser} browser
 * @param {string} url
 * @param {{ contender: string, size: number, limit: number, counts?: boolean, scenarios?: readonly string[] }} run
 * @returns {Promise<Sample[]>}
 */
export async function runContender(browser, url, { contender, size, limit, counts = false, scenarios = SCENARIOS }) {
  const bench = await openBenchPage(browser, url, { contender, counts });
  const { page } = bench;
  // Closes the page of a contender that hangs, so that everything that waits for the page fails.
  const patience = setTimeout(() => void bench.close(), PATIENCE);
  /** @type {Sample[]} */
  const samples = [];

  /**
   * @param {string} scenario
   * @param {() => Promise<{ ops: number, finished: boolean, elapsed: number }>} act
   */
  async function measure(scenario, act) {
    await page.evaluate(() => window.bench.takeRenders());
    const before = await bench.spent();
    const outcome = await act();
    const spent = difference(before, await bench.spent());
    const renders = await page.evaluate(() => window.bench.takeRenders());
    /** @type {Sample} */
    const sample = { contender, size, scenario, spent, ...outcome, ...(renders && { renders }) };
    samples.push(sample);
    return sample;
  }

  try {
    await page.evaluate((count) => window.bench.prepare(count), size);
    const before = await bench.heap();
    const mounted = await measure('mount', () => page.evaluate(() => window.bench.mount()));
    // Work that the first frame postponed belongs to the memory in use.
    await page.waitForTimeout(200);
    mounted.heap = (await bench.heap()) - before;
    mounted.elements = await page.evaluate(() => window.bench.elements());
    for (const scenario of scenarios) {
      if (scenario === 'mount') continue;
      if (scenario === 'keys') {
        await page.evaluate(() => window.bench.focusInput());
        await measure('keys', async () => {
          const started = performance.now();
          let ops = 0;
          for (const key of KEYS) {
            if (performance.now() - started > limit) break;
            await page.keyboard.type(key);
            ops += 1;
          }
          return { ops, finished: ops === KEYS.length, elapsed: performance.now() - started };
        });
        continue;
      }
      const name = /** @type {import('../src/scenarios.ts').ScenarioName} */ (scenario);
      await page.evaluate((given) => window.bench.setUp(given), name);
      await measure(name, () =>
        page.evaluate(([given, most]) => window.bench.run(given, most), /** @type {const} */ ([name, limit])),
      );
    }
  } finally {
    clearTimeout(patience);
    await bench.close();
  }
  return samples;
}
