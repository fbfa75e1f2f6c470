import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as kit from '@imflow/ui';
import { describe, expect, it } from 'vitest';
import { hooksOf, hooksOnPage } from './componentPages.ts';

const KIT = join(import.meta.dirname, '../packages/ui/src');

const SECTIONS = ['Anatomy', 'Props', 'Keyboard', 'Accessibility'];

const folders = readdirSync(KIT, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => ({ name, files: filesOf(join(KIT, name)) }));
const pages = folders.flatMap(({ files }) => files.filter(({ path }) => path.endsWith('.mdx')));

const shared = hooksOf(filesOf(join(KIT, 'internal'))).variables;

function filesOf(folder: string): { path: string; code: string }[] {
  return (
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      // Failed browser tests leave folders of pictures, named after their files.
      .filter((path) => /\.(tsx?|css|mdx)$/.test(path) && !path.includes('__screenshots__'))
      .map((path) => ({ path, code: readFileSync(join(folder, path), 'utf8') }))
  );
}

describe('the pages of the kit', () => {
  it('every component of the kit has a page', () => {
    const components = Object.entries(kit).filter(
      ([name, value]) => /^[A-Z]/.test(name) && typeof value === 'function',
    );
    const missing = components
      .map(([name]) => `${name}.mdx`)
      .filter((page) => !pages.some(({ path }) => path === page));
    expect(missing).toEqual([]);
  });

  it.each(pages.map(({ path, code }) => [path, code] as const))('%s has the sections of the other pages', (_, code) => {
    const headings = Array.from(code.matchAll(/^## (.*)$/gm), ([, heading = '']) => heading);
    expect(headings).toEqual(expect.arrayContaining(SECTIONS));
    expect(headings.join('\n')).toMatch(/Data attributes[\s\S]*CSS variables/);
  });

  it.each(folders.filter(({ files }) => files.some(({ path }) => path.endsWith('.mdx'))))(
    'the pages of $name list its attributes and variables',
    ({ files }) => {
      const page = files.filter(({ path }) => path.endsWith('.mdx')).map(({ code }) => code);
      const [listed, own] = [hooksOnPage(page.join('\n')), hooksOf(files)];
      expect(listed.attributes).toEqual(own.attributes);
      // The variables that several parts share are in one style sheet, and on the page of each part.
      const common = listed.variables.filter((name) => shared.includes(name));
      expect(listed.variables).toEqual([...new Set([...own.variables, ...common])].toSorted());
    },
  );
});

describe('the check of the pages', () => {
  it('the check finds attributes of a state, and others in the code', () => {
    const code = 'export interface BoxState {\n  /** Doc. */\n  readonly atEnd: boolean;\n}\n<i data-text="" />';
    const css = ":where(.a[data-status='x']) { color: var(--imflow-on-accent); }";
    expect(
      hooksOf([
        { path: 'Box.tsx', code },
        { path: 'box.css', code: css },
        { path: 'Box.stories.tsx', code: 'data-no' },
      ]),
    ).toEqual({ attributes: ['data-at-end', 'data-status', 'data-text'], variables: ['--imflow-on-accent'] });
  });

  it('the check reads the first cells of the tables of a page', () => {
    const page = '| `data-a`, `data-b` | `data-c` |\n| `--imflow-x-y` | z |\nalso `data-d`';
    expect(hooksOnPage(page)).toEqual({ attributes: ['data-a', 'data-b'], variables: ['--imflow-x-y'] });
  });
});
