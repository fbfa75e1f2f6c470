import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../tools/packages.mjs';

const LINK = /!?\[[^\]]*\]\((?<target>[^)\s]+)\)/g;
const PAGES = execFileSync('git', ['ls-files', '*.md'], { cwd: ROOT, encoding: 'utf8' })
  .split('\n')
  .filter((page) => page !== '' && !page.startsWith('.changeset/') && existsSync(join(ROOT, page)));

/** Without its code. */
function read(path: string): string {
  return readFileSync(path, 'utf8')
    .replaceAll(/^```[\s\S]*?^```$/gm, '')
    .replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]]/g, ''));
}

/** The names by which a page's headings can be linked to. */
function anchorsOf(text: string): string[] {
  return Array.from(text.matchAll(/^#+ (.*)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function problemsOf(page: string): string[] {
  const text = read(join(ROOT, page));
  return Array.from(text.matchAll(LINK), ({ groups }) => groups?.['target'] ?? '').flatMap((target) => {
    if (/^(?:https?|mailto):/.test(target)) return [];
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? join(ROOT, page) : join(ROOT, dirname(page), path);
    if (!existsSync(file)) return [`${page}: ${target} is not there`];
    if (anchor === undefined || anchorsOf(read(file)).includes(anchor)) return [];
    return [`${page}: ${target} leads to no heading`];
  });
}

it('every link of every page leads somewhere', () => {
  expect(PAGES).toContain('README.md');
  expect(PAGES.flatMap(problemsOf)).toEqual([]);
});

it('the READMEs of packages, which are also read outside the repository, lead nowhere inside it', () => {
  const readmes = PAGES.filter((page) => /^packages\/[^/]+\/README\.md$/.test(page));
  expect(readmes.length).toBeGreaterThan(0);
  const inside = readmes.flatMap((page) =>
    Array.from(read(join(ROOT, page)).matchAll(LINK), ([link]) => `${page}: ${link}`).filter(
      (link) => !link.includes('](https://'),
    ),
  );
  expect(inside).toEqual([]);
});

it('every guide is in the index of guides, and in Storybook', () => {
  const names = PAGES.flatMap((page) => /^docs\/guides\/([\w-]+)\.md$/.exec(page)?.[1] ?? []).filter(
    (name) => name !== 'README',
  );
  expect(names.length).toBeGreaterThan(0);
  const index = readFileSync(join(ROOT, 'docs/guides/README.md'), 'utf8');
  const titles = readFileSync(join(ROOT, '.storybook/blocks/Page.tsx'), 'utf8');
  const missing = names.filter(
    (name) =>
      !index.includes(`](${name}.md)`) ||
      !titles.includes(`'${name}.md': 'guides-`) ||
      !existsSync(join(ROOT, `.storybook/guides/${name}.mdx`)),
  );
  expect(missing).toEqual([]);
});
