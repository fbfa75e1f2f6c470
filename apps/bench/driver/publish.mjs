// Writes the tables and the plot of a run into docs/performance.md.

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../../tools/packages.mjs';
import { plot } from './plot.mjs';
import { tablesOf } from './results.mjs';

/** @import { Results } from './results.mjs' */

const PAGE = join(ROOT, 'docs/performance.md');

/** @param {Results} results */
export function publish(results) {
  fill(tablesOf(results));
  writeFileSync(join(ROOT, 'docs/images/performance.svg'), plot(results, 10_000));
}

/**
 * Replaces the text between `<!-- bench: name -->` and `<!-- /bench -->`.
 *
 * @param {Readonly<Record<string, string | undefined>>} tables
 * @param {string} [path] Of the page. Default: `docs/performance.md`.
 */
export function fill(tables, path = PAGE) {
  const page = readFileSync(path, 'utf8').replaceAll(
    /(<!-- bench: (.+?) -->\n)[^]*?(<!-- \/bench -->)/g,
    (all, start, name, end) => (tables[name] === undefined ? all : `${start}\n${tables[name]}\n\n${end}`),
  );
  writeFileSync(path, page);
  spawnSync('npx', ['oxfmt', path], { cwd: ROOT });
}
