import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../tools/packages.mjs';

/** The words of the column "Never call it". */
const FORBIDDEN = readFileSync(join(ROOT, 'docs/glossary.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
  .map((line) => line.split('|').at(-2)?.trim() ?? '')
  .filter((cell) => cell !== '' && cell !== 'Never call it')
  .flatMap((cell) => cell.split(', '));

/** The tracked files that contain a word, with its line, but for the glossary and what tools generate. */
function usesOf(word: string): string {
  try {
    const files = [':!docs/glossary.md', ':!pnpm-lock.yaml', ':!**/CHANGELOG.md'];
    return execFileSync('git', ['grep', '-nwiF', word, '--', ...files], { cwd: ROOT, encoding: 'utf8' });
  } catch {
    return ''; // git grep found nothing
  }
}

it('the column "Never call it" of the glossary is read', () => {
  expect(FORBIDDEN.length).toBeGreaterThan(10);
});

it.each(FORBIDDEN)('no file contains "%s", which the glossary forbids', (word) => {
  expect(usesOf(word)).toBe('');
});
