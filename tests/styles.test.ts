import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTokens } from '../.storybook/blocks/tokens.ts';

const ROOT = join(import.meta.dirname, '..');

/** Style sheets below a folder, by their path in it, without their comments. */
function stylesBelow(folder: string): [path: string, css: string][] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.css'))
    .map((path) => [path, withoutComments(readFileSync(join(ROOT, folder, path), 'utf8'))]);
}

function withoutComments(css: string): string {
  return css.replaceAll(/\/\*[\s\S]*?\*\//g, '');
}

const kit = stylesBelow('packages/ui/src');
const tokens = readTokens(readFileSync(join(ROOT, 'packages/ui/src/tokens/tokens.css'), 'utf8'));
/** Set by the style sheet itself, not by a theme. */
const INTERNAL = ['--imflow-light', '--imflow-dark', '--imflow-tick'];
const names = tokens.map(({ name }) => name).filter((name) => !INTERNAL.includes(name));

/** What says left and right, or is measured along them, where a page may run either way. */
const PHYSICAL =
  /(?<![\w-])(?:(?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right|top|bottom)|(?:border-(?:top|bottom)-(?:left|right)-radius)|left|right|top|bottom|(?:min-|max-)?(?:width|height)|(?:margin|padding|inset)-[xy])\s*:|(?:text-align|float|clear|justify-\w+)\s*:\s*(?:left|right)\b|light-dark\(|(?:padding|margin|inset)\s*:\s*(?:\S+ )(?<right>\S+) \S+ (?!\k<right>)\S+(?=\s*;)/g;

describe('the style sheets of the kit and of the sample application', () => {
  it.each([...kit, ...stylesBelow('apps/chat/src')])(
    '%s names no side of the screen, and no light-dark()',
    (_, css) => {
      expect(css.match(PHYSICAL)).toBeNull();
    },
  );

  it('what is looked for is found', () => {
    const found =
      'a{margin-left:1px;left : 0;text-align:right;height:1px;border-top-left-radius:1px;margin: 1px 2px 3px 4px;}'.match(
        PHYSICAL,
      );
    expect(found).toHaveLength(6);
    expect(
      '@media (width < 1px){a{border-start-end-radius:1px;line-height:1;inset-inline:0}}'.match(PHYSICAL),
    ).toBeNull();
  });

  it.each(kit)('%s uses no property that has no default', (_, css) => {
    const used = Array.from(css.matchAll(/var\((--imflow-[a-z-]+)/g), ([, name = '']) => name);
    expect(used.filter((name) => !names.includes(name) && !INTERNAL.includes(name))).toEqual([]);
  });

  it('has no rule outside of a layer, and none of any specificity', () => {
    for (const [path, css] of kit) {
      // They hold imports.
      if (path === 'styles.css' || path === 'conversation-list.css') continue;
      expect(css.trim(), path).toMatch(
        /^(?:@layer [\w., ]+;\s*)?@layer imflow\.(?:tokens|themes|components|conversations) \{[\s\S]*\}$/,
      );
      const selectors = Array.from(css.matchAll(/(?<=[{};]\s*)([^{};@]+)\{/g), ([, selector = '']) => selector.trim());
      const strong = selectors.filter((selector) => !isWeak(selector));
      expect(strong, path).toEqual([]);
    }
  });
});

it('the style sheet of the conversations may be imported before the other one', () => {
  const css = kit.find(([path]) => path === 'conversation-list.css')?.[1].trim();
  expect(css).toMatch(/^@layer imflow\.tokens, imflow\.themes, imflow\.components, imflow\.conversations;/);
});

/** All that a selector names stands in `:where()`, but for pseudo-elements, which may not. */
function isWeak(selector: string): boolean {
  return /^(?:from|to|\d+%(?:,\s*\d+%)*|:is\(ul, ol, dd, blockquote\)|:where\([\s\S]*\)(?:::[\w-]+)?)$/.test(selector);
}

describe('the custom properties', () => {
  it('each says what it is for', () => {
    expect(tokens.filter(({ meaning }) => meaning === '').map(({ name }) => name)).toEqual([
      '--imflow-light',
      '--imflow-dark',
      '--imflow-light',
      '--imflow-dark',
      '--imflow-light',
      '--imflow-dark',
    ]);
  });

  it('stand in the guide', () => {
    const guide = readFileSync(join(ROOT, 'docs/guides/theming.md'), 'utf8');
    expect(names.filter((name) => !guide.includes(`\`${name}\``))).toEqual([]);
  });

  it.each(kit.filter(([path]) => path.startsWith('themes/')))(
    '%s sets no other ones, and nothing else',
    (path, css) => {
      expect(
        readTokens(css)
          .map(({ name }) => name)
          .filter((name) => !names.includes(name)),
      ).toEqual([]);
      const word = /\/(\w+)\.css/.exec(path)?.[1];
      expect(css.match(/[^;{}]+\{/g)?.map((head) => head.trim())).toEqual([
        '@layer imflow.themes {',
        `:where([data-theme~='${word}']) {`,
      ]);
      expect(css.match(/^\s*[a-z][a-z-]*:/gm)).toBeNull();
    },
  );
});
