// Puts the tables and the plot of a run into docs/performance.md.

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
 * Replaces what stands between `<!-- bench: name -->` and `<!-- /bench -->`.
 *
 * @param {Record<string, string>} tables
 */
export function fill(tables) {
  const page = readFileSync(PAGE, 'utf8').replaceAll(
    /(<!-- bench: (.+?) -->\n)[^]*?(<!-- \/bench -->)/g,
    (all, start, name, end) => (tables[name] === undefined ? all : `${start}\n${tables[name]}\n\n${end}`),
  );
  writeFileSync(PAGE, page);
  spawnSync('npx', ['oxfmt', PAGE], { cwd: ROOT });
}
