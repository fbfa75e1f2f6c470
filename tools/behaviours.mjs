// Which tests prove which behaviour: `pnpm run behaviours` writes docs/behaviours.md from docs/contract.md and the
// titles of all tests. With `--check` it only reports whether the page is current, and whether each number has a test.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './packages.mjs';

const PAGE = join(ROOT, 'docs/behaviours.md');

/** A title that begins with numbers, as the first argument of a call: it('B18 …'), it.each(…)('B45 B52 …'). */
const TITLE = /\(\s*(['"`])((?:B\d+ )+[^\n]*?)\1/g;

/** A row of a table of tests: ['B24', 'a refresh that …', …]. */
const ROW = /\[\s*'((?:B\d+ ?)+)',\s*(['"`])([^\n]*?)\2/g;

const proofs = collectProofs();
const { page, unproven } = writePage(readFileSync(join(ROOT, 'docs/contract.md'), 'utf8'));

if (process.argv.includes('--check')) {
  if (!existsSync(PAGE) || readFileSync(PAGE, 'utf8') !== page)
    fail('docs/behaviours.md is stale. Run: pnpm run behaviours');
} else {
  writeFileSync(PAGE, page);
}
if (unproven.length > 0) fail(`No test proves ${unproven.join(', ')}. Write one whose title begins with the number.`);

/** @returns {Map<string, { file: string, title: string }[]>} */
function collectProofs() {
  /** @type {ReturnType<typeof collectProofs>} */
  const found = new Map();
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  for (const file of files.split('\n').filter((name) => /\.(test|stories)\.tsx?$/.test(name))) {
    if (!existsSync(join(ROOT, file))) continue;
    const code = readFileSync(join(ROOT, file), 'utf8');
    const titles = Array.from(code.matchAll(TITLE), ([, , title = '']) => title);
    const rows = Array.from(code.matchAll(ROW), ([, numbers = '', , title = '']) => `${numbers.trim()} ${title}`);
    for (const title of [...titles, ...rows]) {
      const [numbers = ''] = /^(B\d+ )+/.exec(title) ?? [];
      for (const number of numbers.trim().split(' ')) {
        found.set(number, [...(found.get(number) ?? []), { file, title: title.slice(numbers.length) }]);
      }
    }
  }
  return found;
}

/** @param {string} contract */
function writePage(contract) {
  const lines = [
    '# Behaviours and their tests',
    '',
    'Made by `pnpm run behaviours` from the titles of the tests. Do not edit.',
    '',
  ];
  /** @type {string[]} */
  const missing = [];
  for (const line of contract.split('\n')) {
    const [, number, text] = /^- \*\*(B\d+)\*\* (.*)$/.exec(line) ?? [];
    if (line.startsWith('## ')) lines.push(line, '');
    if (number === undefined) continue;
    const own = proofs.get(number) ?? [];
    if (own.length === 0) missing.push(number);
    lines.push(`**${number}** ${text}`, '');
    for (const { file, title } of own) lines.push(`- ${title} (\`${file}\`)`);
    if (own.length === 0) lines.push('- no test yet');
    lines.push('');
  }
  return { page: `${lines.join('\n').trimEnd()}\n`, unproven: missing };
}

/** @param {string} problem */
function fail(problem) {
  console.error(problem);
  process.exitCode = 1;
}
