// Builds the tables of a run as Markdown, for the terminal and for docs/performance.md.

import { CONTENDERS } from './contenders.mjs';
import { markdown, number } from './markdown.mjs';

/** @import { Results } from './results.mjs' */
/** @import { Row } from './summary.mjs' */

/** The description of each scenario in the tables, and the number of its steps. */
export const NAMES = {
  mount: { name: 'mount until the newest message shows', steps: 1 },
  rest: { name: 'nothing at all (the harness)', steps: 40 },
  tickInView: { name: '20 ticks in view', steps: 20 },
  tickOutOfView: { name: '20 ticks out of view', steps: 20 },
  typing: { name: 'typing on or off, 40 times', steps: 40 },
  keys: { name: '40 keys in the composer', steps: 40 },
  append: { name: '30 messages, one by one', steps: 30 },
  burst: { name: '1,000 receipts after a reconnect', steps: 1 },
  appendMany: { name: '1,000 messages at once', steps: 1 },
  grow: { name: 'newest message grows 100 times', steps: 100 },
  scroll: { name: 'scroll from end to start', steps: 1 },
  older: { name: '50 older messages in front', steps: 1 },
};

/** @typedef {keyof typeof NAMES} Scenario */

const SCENARIOS = /** @type {Scenario[]} */ (Object.keys(NAMES));

/**
 * Work for all steps of each scenario, with the ratio to the floor.
 *
 * @param {Results} results
 * @param {number} size
 */
export function workTable({ rows }, size) {
  const present = CONTENDERS.filter(({ id }) => rows.some((row) => row.size === size && row.contender === id));
  const body = SCENARIOS.map((scenario) => {
    const floor = find(rows, size, 'floor', scenario);
    return [
      NAMES[scenario].name,
      ...present.map(({ id, kind }) => {
        const row = find(rows, size, id, scenario);
        if (!row) return '–';
        const work = (row.finished ? '' : '≈ ') + number(row.work * NAMES[scenario].steps);
        return kind === 'floor' || !floor ? work : `${work} (${ratio(row.work, floor.work)}×)`;
      }),
    ];
  });
  return markdown(['work in ms (× bare DOM)', ...present.map(({ name }) => name)], body);
}

/**
 * The metrics besides work.
 *
 * @param {Results} results
 * @param {number} size
 */
export function countsTable({ rows }, size) {
  const present = CONTENDERS.filter(({ id }) => rows.some((row) => row.size === size && row.contender === id));
  const of = (/** @type {string} */ id, /** @type {string} */ scenario) => find(rows, size, id, scenario);
  /** @type {[string, (id: string) => string | undefined][]} */
  const lines = [
    ['elements in the document', (id) => number(of(id, 'mount')?.elements)],
    ['heap added by mounting, kB', (id) => number((of(id, 'mount')?.heap ?? NaN) / 1_000)],
    ['layouts for each tick in view', (id) => number(of(id, 'tickInView')?.layouts)],
    ['layouts for each message appended', (id) => number(of(id, 'append')?.layouts)],
    ['fast scroll: frames painted', (id) => number(of(id, 'scroll')?.frames)],
    ['fast scroll: frames dropped', (id) => number(of(id, 'scroll')?.dropped)],
    ['fast scroll: blank frames', (id) => number(of(id, 'scroll')?.blank)],
    ['50 older in front: row moved, px', (id) => number(of(id, 'older')?.moved)],
  ];
  return markdown(
    ['', ...present.map(({ name }) => name)],
    lines.map(([name, value]) => [name, ...present.map(({ id }) => value(id) ?? '–')]),
  );
}

/**
 * Components and rows that React renders for each step.
 *
 * @param {Results} results
 */
export function rendersTable({ renders }) {
  const present = CONTENDERS.filter(({ id }) => renders.some(({ contender }) => contender === id));
  const scenarios = /** @type {const} */ (['tickInView', 'tickOutOfView', 'typing', 'keys', 'append']);
  const names = [
    'a tick in view',
    'a tick out of view',
    'typing on or off',
    'a key in the composer',
    'a message appended',
  ];
  return markdown(
    ['rows rendered (all components)', ...present.map(({ name }) => name)],
    scenarios.map((scenario, index) => [
      names[index] ?? '',
      ...present.map(({ id, kind }) => {
        const found = renders.find((each) => each.contender === id && each.scenario === scenario);
        if (!found) return '–';
        return number(found.rows) + (kind === 'floor' ? '' : ` (${number(found.components)})`);
      }),
    ]),
  );
}

/**
 * The ratios between the sizes.
 *
 * @param {Results} results
 */
export function growthTable({ rows }) {
  const sizes = [1_000, 10_000, 100_000].filter((size) => find(rows, size, 'imflow', 'mount'));
  const body = SCENARIOS.map((scenario) => {
    const values = sizes.map((size) => find(rows, size, 'imflow', scenario)?.work ?? NaN);
    const [, ten = NaN, hundred = NaN] = values;
    return [
      NAMES[scenario].name,
      ...values.map((value) => number(value * NAMES[scenario].steps)),
      `${ratio(hundred, ten)}×`,
    ];
  });
  return markdown(['imflow, work in ms', ...sizes.map((size) => number(size)), '100,000 to 10,000'], body);
}

/** @param {Results} results */
export function openingTable({ opening }) {
  return markdown(
    ['stored messages', 'ms until the last page shows', 'heap in use then, kB'],
    opening.map(({ size, elapsed, heap }) => [number(size), number(elapsed), number(heap / 1_000)]),
  );
}

/** @param {number} bytes */
function kilobytes(bytes) {
  return bytes === 0 ? '–' : number(bytes / 1_000);
}

/** @param {Awaited<ReturnType<typeof import('./downloads.mjs').measureDownloads>>} downloads */
export function downloadsTable(downloads) {
  return markdown(
    ['a page with a chat of', 'scripts, kB', 'scripts on demand, kB', 'styles, kB', 'with the page, kB'],
    downloads.map(({ name, includes, scripts, later, styles }) => [
      `${name}: ${includes}`,
      kilobytes(scripts),
      kilobytes(later),
      kilobytes(styles),
      kilobytes(scripts + styles),
    ]),
  );
}

/** @param {Pick<Results, 'finding'>} results */
export function findingTable({ finding }) {
  return markdown(
    ['the text stands', 'matches', 'ms until the first match', 'ms until all is searched', 'longest task, ms'],
    finding.map(({ where, matches, first, all, longest }) => [
      where,
      number(matches),
      matches > 0 ? number(first) : '–',
      number(all),
      longest > 0 ? number(longest) : 'less than 50',
    ]),
  );
}

/**
 * @param {{ missed: readonly { what: string, shown: number, merged: number, longest: number, longTasks: number, key: number }[] }} results
 */
export function missedTable({ missed }) {
  return markdown(
    [
      '10,000',
      'ms until the newest is shown',
      'ms until all are merged',
      'tasks of 50 ms or longer',
      'longest task, ms',
      'slowest key, ms',
    ],
    missed.map(({ what, shown, merged, longTasks, longest, key }) => [
      what,
      number(shown),
      number(merged),
      number(longTasks),
      longest > 0 ? number(longest) : 'less than 50',
      key > 0 ? number(key) : 'less than 16',
    ]),
  );
}

/**
 * @param {readonly Row[]} rows
 * @param {number} size
 * @param {string} contender
 * @param {string} scenario
 */
export function find(rows, size, contender, scenario) {
  return rows.find((row) => row.size === size && row.contender === contender && row.scenario === scenario);
}

/**
 * @param {number} one
 * @param {number} other
 */
export function ratio(one, other) {
  const value = one / other;
  return Number.isFinite(value) ? (value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en')) : '–';
}
