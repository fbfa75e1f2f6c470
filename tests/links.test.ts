import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../tools/packages.mjs';

const LINK = /!?\[[^\]]*\]\((?<target>[^)\s]+)\)/g;
const PAGES = execFileSync('git', ['ls-files', '*.md'], { cwd: ROOT, encoding: 'utf8' })
  .split('\n')
  .filter((page) => page !== '' && !page.startsWith('.changeset/') && existsSync(join(ROOT, page)));

/** The text of a page without its code blocks. */
function read(path: string): string {
  return readFileSync(path, 'utf8')
    .replaceAll(/^```[\s\S]*?^```$/gm, '')
    .replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]]/g, ''));
}

/** The anchors of a page's headings. */
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

it('every link of every page has a target', () => {
  expect(PAGES).toContain('README.md');
  expect(PAGES.flatMap(problemsOf)).toEqual([]);
});

/** Files of the project that a page names in code, such as `engine/runtime.ts`. */
const FILE_NAME = /`(?<name>(?!@|app\/)[\w.-]+(?:\/[\w.-]+)+\.(?:tsx?|mjs))`/g;

it('every file that a page names exists', () => {
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  }).split('\n');
  const names = PAGES.flatMap((page) =>
    Array.from(readFileSync(join(ROOT, page), 'utf8').matchAll(FILE_NAME), ({ groups }) => ({
      page,
      name: groups?.['name'] ?? '',
    })),
  );
  expect(names.length).toBeGreaterThan(0);
  const missing = names.filter(({ name }) => !files.some((file) => file === name || file.endsWith(`/${name}`)));
  expect(missing).toEqual([]);
});

it('every folder in the tables of the architecture exists', () => {
  const text = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
  const folders = Array.from(text.matchAll(/^\| `(?<folder>[\w/]+)`/gm), ({ groups }) => groups?.['folder'] ?? '');
  expect(folders.length).toBeGreaterThan(20);
  const missing = folders.filter((folder) =>
    ['.', 'packages/core/src'].every((parent) => !existsSync(join(ROOT, parent, folder))),
  );
  expect(missing).toEqual([]);
});

it('the READMEs of packages, which are also read outside the repository, have no relative links', () => {
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
