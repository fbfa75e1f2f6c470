import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../tools/packages.mjs';

const PAGE = readFileSync(join(ROOT, 'docs/message-operations-pitfalls.md'), 'utf8');
const BEHAVIOURS = readFileSync(join(ROOT, 'docs/behaviours.md'), 'utf8');

const ROWS = PAGE.split('\n')
  .filter((line) => /^\| \d/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, number = '', pitfall = '', , tests = '']) => ({ number, pitfall, tests: tests.split(', ') }));

it('the pitfalls are numbered without a gap', () => {
  expect(ROWS.map(({ number }) => Number(number))).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
});

it.each(ROWS)('pitfall $number names behaviours that have tests: $pitfall', ({ tests }) => {
  for (const behaviour of tests) {
    const section = BEHAVIOURS.split(`\n**${behaviour}** `)[1]?.split('\n**')[0] ?? '';
    expect(section, behaviour).toContain('\n- ');
  }
});
