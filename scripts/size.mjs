// What each part of imflow costs an application, against size-budgets.json: `pnpm run size` (after `pnpm run build`).
//
// Each part is bundled as an application would: minified, unused exports left out, React not counted.
// Sizes are those of gzip; 1 kB is 1000 bytes.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { publishedPackages, requireBuild, ROOT } from './packages.mjs';

/** @typedef {{ name: string, import: string, names?: string[], without?: string[], limit: number }} Part */

for (const { path } of publishedPackages()) requireBuild(path);
const { parts } = /** @type {{ parts: Part[] }} */ (JSON.parse(readFileSync(join(ROOT, 'size-budgets.json'), 'utf8')));

let over = 0;
console.log(row('part', 'size', 'budget'));
for (const part of parts) {
  const size = part.import.endsWith('.css') ? sizeOfStyles(part.import) : await sizeOfModules(part);
  if (size > part.limit) over += 1;
  console.log(row(part.name, kilobytes(size), kilobytes(part.limit)) + (size > part.limit ? '  over' : ''));
}
if (over > 0) {
  console.error(`\n${over} over budget. Make it smaller, or raise the budget in size-budgets.json and say why.`);
  process.exitCode = 1;
}

/** @param {Part} part */
async function sizeOfModules({ import: from, names, without = [] }) {
  const entry = `export ${names ? `{ ${names.join(', ')} }` : '*'} from '${from}'`;
  const left = ['react', 'react-dom', ...without];
  const result = await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === 'entry' ? '\0entry' : undefined),
        load: (id) => (id === '\0entry' ? entry : undefined),
      },
    ],
    build: {
      write: false,
      target: 'es2022',
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: 'entry',
        preserveEntrySignatures: 'strict',
        external: (id) => left.some((name) => id === name || id.startsWith(`${name}/`)),
      },
    },
  });
  if (!('output' in result)) throw new Error(`${from} was not bundled once`);
  const code = result.output.map((chunk) => (chunk.type === 'chunk' ? chunk.code : '')).join('');
  return gzipSync(code).length;
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
 */
function row(name, size, budget) {
  return name.padEnd(18) + size.padStart(10) + budget.padStart(12);
}
