// Compares the size of each part of imflow in an application with size-budgets.json:
// `pnpm run size` (after `pnpm run build`). `pnpm run size --record` keeps the sizes in sizes.json; the last column is
// the change since main. `pnpm run size --modules engine` lists the modules of a part instead;
// `tabs/membership+tabs/replication` behind it adds the size of these two together.
//
// Each part is bundled as an application would: minified, unused exports left out, React not counted. What
// belongs to the application's bundle is not counted either: the names of exports, which a bundle does not keep, and the
// bundler's loader of modules on demand, which exists once and differs between bundlers. Sizes are those of gzip; 1 kB
// is 1000 bytes. What a part loads only when it is needed counts automatically.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { bundle, byLoading, gzippedSize } from './bundle.mjs';
import { publishedPackages, requireBuild, ROOT } from './packages.mjs';
import { sizesOfModules } from './size-modules.mjs';

/**
 * @typedef {object} Part
 * @property {string} name
 * @property {string} import
 * @property {string[]} [names] What of it is used. Default: all.
 * @property {string[]} [without] Packages that do not count.
 * @property {number} limit In bytes.
 * @property {number} [onDemand] The limit of what it loads only when it is needed, in bytes. Default: nothing.
 */

for (const { path } of publishedPackages()) requireBuild(path);
const { parts } = /** @type {{ parts: Part[] }} */ (JSON.parse(readFileSync(join(ROOT, 'size-budgets.json'), 'utf8')));

const FILE = 'sizes.json';
const before = recorded();
/** @type {Record<string, number>} */
const sizes = {};
let over = 0;
const taken = process.argv.indexOf('--modules');
if (taken !== -1) await reportModules(process.argv[taken + 1], process.argv.slice(taken + 2));
else await reportParts();

async function reportParts() {
  console.log(row('part', 'size', 'budget', 'since main'));
  for (const part of parts) {
    const [size, onDemand] = isStyle(part) ? [sizeOfStyles(part.import), 0] : await sizeOfModules(part);
    report(part.name, size, part.limit);
    if (onDemand > 0) report(`${part.name}, on demand`, onDemand, part.onDemand ?? 0);
  }
  if (process.argv.includes('--record')) writeFileSync(join(ROOT, FILE), `${JSON.stringify(sizes, undefined, 2)}\n`);
  if (over > 0) {
    console.error(`\n${over} over budget. Make it smaller, or raise the budget in size-budgets.json and say why.`);
    process.exitCode = 1;
  }
}

/**
 * @param {string | undefined} name
 * @param {readonly string[]} groups Modules that are also weighed together, joined by "+".
 */
async function reportModules(name, groups) {
  const part = parts.find((candidate) => candidate.name === name && !isStyle(candidate));
  if (part === undefined) throw new Error(`--modules needs the name of a part with modules, not ${name}.`);
  const { atOnce } = await bundlePart(part, { sourcemap: 'hidden' });
  const rows = atOnce.flatMap((chunk) =>
    sizesOfModules(
      chunk,
      groups.map((group) => group.split('+')),
    ),
  );
  const width = Math.max(...rows.map((each) => each.name.length));
  console.log(`${'module'.padEnd(width)}  minified    gzip`);
  for (const { name: module, minified, gzip } of rows) {
    console.log(module.padEnd(width) + String(minified).padStart(10) + String(gzip).padStart(8));
  }
}

/**
 * @param {string} name
 * @param {number} size
 * @param {number} limit
 */
function report(name, size, limit) {
  if (size > limit) over += 1;
  sizes[name] = size;
  console.log(
    row(name, kilobytes(size), kilobytes(limit), change(size, before[name])) + (size > limit ? '  over' : ''),
  );
}

/**
 * The sizes of main, or those of this tree where there is no main.
 *
 * @returns {Record<string, number>}
 */
function recorded() {
  for (const revision of ['main', 'origin/main', 'HEAD']) {
    try {
      return JSON.parse(
        execFileSync('git', ['show', `${revision}:${FILE}`], { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' }),
      );
    } catch {
      // No such branch, or it has no sizes yet.
    }
  }
  return {};
}

/**
 * @param {number} size
 * @param {number | undefined} earlier
 */
function change(size, earlier) {
  if (earlier === undefined) return 'new';
  const by = size - earlier;
  return by === 0 ? '=' : `${by > 0 ? '+' : '−'}${Math.abs(by)} B`;
}

/** @param {Part} part */
function isStyle(part) {
  return part.import.endsWith('.css');
}

/**
 * @param {Part} part
 * @returns {Promise<[atOnce: number, onDemand: number]>}
 */
async function sizeOfModules(part) {
  const { atOnce, onDemand } = await bundlePart(part);
  return [gzippedSize(atOnce), gzippedSize(onDemand)];
}

/**
 * @param {Part} part
 * @param {{ sourcemap?: 'hidden' }} [options]
 */
async function bundlePart({ import: from, names, without = [] }, options = {}) {
  const used = (names ?? Object.keys(await import(from))).join(', ');
  const entry = `import { ${used} } from '${from}'; globalThis.used = [${used}];`;
  const left = ['react', 'react-dom', ...without];
  const isLeft = (/** @type {string} */ id) => left.some((name) => id === name || id.startsWith(`${name}/`));
  return byLoading(await bundle(entry, isLeft, options));
}

/** @param {string} from */
function sizeOfStyles(from) {
  const [, name = '', ...file] = from.split('/');
  return gzipSync(readFileSync(join(ROOT, 'packages', name, 'dist', ...file))).length;
}

/** @param {number} bytes */
function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(2)} kB`;
}

/**
 * @param {string} name
 * @param {string} size
 * @param {string} budget
 * @param {string} since
 */
function row(name, size, budget, since) {
  return name.padEnd(22) + size.padStart(10) + budget.padStart(12) + since.padStart(12);
}
