// The results of a run, and the files they are written to.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../../tools/packages.mjs';
import { goalsTable } from './goals.mjs';
import { plot } from './plot.mjs';
import { countsTable, findingTable, growthTable, openingTable, rendersTable, workTable } from './tables.mjs';

/** @import { Row } from './summary.mjs' */

/**
 * @typedef {object} Results
 * @property {string} date
 * @property {string} browser
 * @property {string} machine
 * @property {readonly [number, number]} load The load of the machine over a minute, at the beginning and at the end.
 * @property {readonly Row[]} rows
 * @property {readonly { contender: string, scenario: string, rows: number, components: number }[]} renders For each
 * step.
 * @property {readonly { size: number, elapsed: number, heap: number }[]} opening
 * @property {readonly { where: string, first: number, all: number, longest: number, matches: number }[]} finding
 */

export const RESULTS = join(ROOT, 'apps/bench/results');

/** @param {Results} results */
export function keep(results) {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, 'results.json'), `${JSON.stringify(results, undefined, 2)}\n`);
  writeFileSync(join(RESULTS, 'work.svg'), plot(results, 10_000));
}

/**
 * All tables of a run, by the names that pages use for them.
 *
 * @param {Results} results
 * @returns {Record<string, string>}
 */
export function tablesOf(results) {
  const sizes = Array.from(new Set(results.rows.map(({ size }) => size))).toSorted((a, b) => a - b);
  return {
    run: runOf(results),
    ...Object.fromEntries(sizes.map((size) => [`work ${size}`, workTable(results, size)])),
    ...(sizes.includes(10_000) ? { counts: countsTable(results, 10_000) } : {}),
    renders: rendersTable(results),
    goals: goalsTable(results),
    ...(sizes.length > 1 ? { growth: growthTable(results) } : {}),
    ...(results.opening.length > 0 ? { opening: openingTable(results) } : {}),
    ...(results.finding.length > 0 ? { finding: findingTable(results), 'finding run': runOf(results) } : {}),
  };
}

/**
 * The date and the environment of the measurement.
 *
 * @param {Pick<Results, 'date' | 'browser' | 'machine' | 'load'>} results
 */
export function runOf({ date, browser, machine, load }) {
  return `${date}, ${browser}, ${machine}; load ${load.map((minute) => minute.toFixed(1)).join(' to ')}.`;
}
