// The goals of a run, and its results against them.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../../tools/packages.mjs';
import { CONTENDERS } from './contenders.mjs';
import { markdown } from './markdown.mjs';
import { find, NAMES, ratio } from './tables.mjs';

/** @import { Results } from './results.mjs' */
/** @import { Scenario } from './tables.mjs' */

/** The largest ratio of each scenario to the bare DOM, at 10,000 messages. */
const TO_FLOOR = /** @type {const} */ ([
  ['mount', 3.5],
  ['tickInView', 2],
  ['typing', 1.2],
  ['append', 2],
  ['grow', 1.4],
  ['scroll', 1.6],
]);
const KIT_SCENARIOS = /** @type {const} */ (['mount', 'tickInView', 'typing', 'append']);
const SIZE = 10_000;

/** @param {Results} results */
export function goalsTable(results) {
  const { rows, opening } = results;
  const work = (/** @type {string} */ id, /** @type {string} */ scenario, size = SIZE) =>
    find(rows, size, id, scenario)?.work ?? NaN;
  const best = (/** @type {readonly string[]} */ ids, /** @type {string} */ scenario) =>
    Math.min(...ids.map((id) => work(id, scenario)).filter((value) => !Number.isNaN(value)));
  const lists = CONTENDERS.filter(({ kind }) => kind === 'list').map(({ id }) => id);
  const kits = CONTENDERS.filter(({ kind }) => kind === 'full')
    .map(({ id }) => id)
    .filter((id) => id !== 'memo');
  const scroll = find(rows, SIZE, 'imflow', 'scroll');
  const floorScroll = find(rows, SIZE, 'floor', 'scroll');
  const opened = (/** @type {number} */ size) => opening.find((each) => each.size === size);
  /** @type {Record<string, number>} */
  const sizes = JSON.parse(readFileSync(join(ROOT, 'sizes.json'), 'utf8'));
  const kit = ((sizes['whole kit'] ?? NaN) + (sizes['styles'] ?? NaN)) / 1_000;
  const engine = (sizes['engine'] ?? NaN) / 1_000;
  const moved = Math.max(...rows.filter(({ contender }) => contender === 'imflow').map((row) => row.moved ?? 0));

  /** @type {[string, string, string, boolean][]} */
  const lines = [
    ...TO_FLOOR.map(([scenario, most]) =>
      atMost(`${NAMES[scenario].name}, to the bare DOM`, most, work('imflow', scenario) / work('floor', scenario)),
    ),
    ...TO_FLOOR.map(([scenario]) =>
      atMost(`${NAMES[scenario].name}, to the best list library`, 1, work('imflow', scenario) / best(lists, scenario)),
    ),
    ...KIT_SCENARIOS.map((scenario) => {
      const times = best(kits, scenario) / work('imflow', scenario);
      return /** @type {[string, string, string, boolean]} */ ([
        `${NAMES[scenario].name}, the best chat kit to imflow`,
        '≥ 20×',
        `${ratio(best(kits, scenario), work('imflow', scenario))}×`,
        times >= 20,
      ]);
    }),
    .../** @type {Scenario[]} */ (Object.keys(NAMES))
      .filter((scenario) => scenario !== 'rest' && scenario !== 'mount')
      .map((scenario) =>
        atMost(
          `${NAMES[scenario].name}, 100,000 to 10,000`,
          1.2,
          work('imflow', scenario, 100_000) / work('imflow', scenario),
        ),
      ),
    atMost(
      'stored conversation opened, 100,000 to 100',
      1.5,
      (opened(100_000)?.elapsed ?? NaN) / (opened(100)?.elapsed ?? NaN),
    ),
    atMost(
      'heap once it is open, 100,000 to 1,000',
      1.5,
      (opened(100_000)?.heap ?? NaN) / (opened(1_000)?.heap ?? NaN),
    ),
    ['50 older messages in front: row moved', '0 px', `${Math.round(moved * 10) / 10} px`, moved === 0],
    [
      'fast scroll: blank frames, imflow and bare DOM',
      'no more',
      `${scroll?.blank} and ${floorScroll?.blank}`,
      (scroll?.blank ?? NaN) <= (floorScroll?.blank ?? NaN),
    ],
    [
      'fast scroll: dropped frames, imflow and bare DOM',
      'no more',
      `${scroll?.dropped} and ${floorScroll?.dropped}`,
      (scroll?.dropped ?? NaN) <= (floorScroll?.dropped ?? NaN),
    ],
    ['whole kit with styles, gzip', '≤ 28 kB', `${kit.toFixed(1)} kB`, kit <= 28],
    ['engine alone, gzip', '≤ 8 kB', `${engine.toFixed(1)} kB`, engine <= 8],
  ];
  return markdown(
    ['goal', 'wanted', 'came to', ''],
    lines
      .filter(([, , value]) => !/NaN|–|undefined/.test(value))
      .map(([goal, wanted, value, met]) => [goal, wanted, value, met ? 'met' : 'missed']),
  );
}

/**
 * @param {string} goal
 * @param {number} most
 * @param {number} value
 * @returns {[string, string, string, boolean]}
 */
function atMost(goal, most, value) {
  return [goal, `≤ ${most}×`, Number.isFinite(value) ? `${value.toFixed(value < 10 ? 2 : 0)}×` : '–', value <= most];
}
