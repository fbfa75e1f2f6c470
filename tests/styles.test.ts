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
const INTERNAL = [
  'light',
  'dark',
  'tick',
  'hue',
  'background',
  'color',
  'border-color',
  'box-shadow',
  'text-decoration',
  'cursor',
].map((name) => `--imflow-${name}`);
const names = tokens.map(({ name }) => name).filter((name) => !INTERNAL.includes(name));

/** Properties with a physical direction, or measured along one: a page may have either text direction. */
const PHYSICAL =
  /(?<![\w-])(?:(?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right|top|bottom)|(?:border-(?:top|bottom)-(?:left|right)-radius)|left|right|top|bottom|(?:min-|max-)?(?:width|height)|(?:margin|padding|inset)-[xy])\s*:|(?:text-align|float|clear|justify-\w+)\s*:\s*(?:left|right)\b|light-dark\(|(?:padding|margin|inset)\s*:\s*(?:\S+ )(?<right>\S+) \S+ (?!\k<right>)\S+(?=\s*;)/g;

describe('the style sheets of the kit and of the sample application', () => {
  it.each([...kit, ...stylesBelow('apps/chat/src')])(
    '%s uses no physical directions, and no light-dark()',
    (_, css) => {
      expect(css.match(PHYSICAL)).toBeNull();
    },
  );

  it('the check finds physical directions, and accepts logical ones', () => {
    const found =
      'a{margin-left:1px;left : 0;text-align:right;height:1px;border-top-left-radius:1px;margin: 1px 2px 3px 4px;}'.match(
        PHYSICAL,
      );
    expect(found).toHaveLength(6);
    expect(
      '@media (width < 1px){a{border-start-end-radius:1px;line-height:1;inset-inline:0}}'.match(PHYSICAL),
    ).toBeNull();
  });

  it.each(kit)('%s uses no property without a default', (_, css) => {
    const used = Array.from(css.matchAll(/var\((--imflow-[a-z-]+)/g), ([, name = '']) => name);
    expect(used.filter((name) => !names.includes(name) && !INTERNAL.includes(name))).toEqual([]);
  });

  it.each(kit.filter(([path]) => !/^(?:themes|tokens)\/|^[\w-]+\.css$/.test(path)))(
    'B205 the rules of %s outweigh element selectors of a page, and yield to one class',
    (path, css) => {
      const [head, ...selectors] = selectorsOf(css);
      expect(head).toBe(WEIGHTS[path] ?? WEIGHT);
      expect(selectors.filter((selector) => !isWeak(selector))).toEqual([]);
    },
  );

  it('the check finds a selector whose specificity is that of a class', () => {
    expect(isWeak('&:where(.imflow-send):is(:hover, :active)')).toBe(true);
    expect(isWeak(':where(.imflow-html) &:where(p)::before')).toBe(true);
    expect(isWeak('&:where(.imflow-send):checked')).toBe(false);
    expect(isWeak('&:where(.imflow-send), &.imflow-jump')).toBe(false);
    expect(isWeak(':where(.imflow-send)')).toBe(false);
  });
});

/**
 * The beginning of every rule of a part, which gives it its specificity. The reset of the page's rules has a lower one,
 * and the sheets next to `styles.css` a higher one.
 */
const WEIGHT = ':not(x x x x x x x x x)';
const WEIGHTS: Readonly<Record<string, string>> = {
  'internal/reset.css': ':not(x x x x x x)',
  'conversationList/conversationList.css': ':not(x x x x x x x x x x)',
  'messageBody/messageFile.css': ':not(x x x x x x x x x x)',
  'composer/attachments.css': ':not(x x x x x x x x x x)',
};

function selectorsOf(css: string): string[] {
  return Array.from(css.matchAll(/(?<=^|[{};]\s*)([^{};@]+)\{/g), ([, selector = '']) => selector.trim()).filter(
    (selector) => !/^(?:from|to|\d+%)/.test(selector),
  );
}

/**
 * The specificity comes from the one nesting selector; everything that a selector names is inside `:where()`, except
 * the states that pages name.
 */
function isWeak(selector: string): boolean {
  return split(selector).every((each) => {
    const rest = withoutWhere(each)
      .replace(/::[\w-]+(?:\([\w-]+\))?$/, '')
      .replace(/:is\(\s*:hover,\s*:active\s*\)$|:is\(:focus, :hover\)$|:disabled$|:focus(?:-visible)?$/, '');
    return /^(?:> |\s)*&$/.test(rest.trim());
  });
}

/** The selectors of a list. */
function split(list: string): string[] {
  let depth = 0;
  const selectors = [''];
  for (const character of list) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (character === ',' && depth === 0) selectors.push('');
    else selectors[selectors.length - 1] += character;
  }
  return selectors.map((selector) => selector.trim());
}

function withoutWhere(selector: string): string {
  const start = selector.indexOf(':where(');
  if (start === -1) return selector;
  let depth = 1;
  let end = start + ':where('.length;
  for (; depth > 0 && end < selector.length; end += 1) {
    if (selector[end] === '(') depth += 1;
    if (selector[end] === ')') depth -= 1;
  }
  return withoutWhere(selector.slice(0, start) + selector.slice(end));
}

describe('the custom properties', () => {
  it('each custom property has a description', () => {
    expect(tokens.filter(({ meaning }) => meaning === '').map(({ name }) => name)).toEqual([
      '--imflow-light',
      '--imflow-dark',
      '--imflow-light',
      '--imflow-dark',
      '--imflow-light',
      '--imflow-dark',
    ]);
  });

  it('each custom property is listed in the guide', () => {
    const guide = readFileSync(join(ROOT, 'docs/guides/theming.md'), 'utf8');
    expect(names.filter((name) => !guide.includes(`\`${name}\``))).toEqual([]);
  });

  it.each(kit.filter(([path]) => path.startsWith('themes/')))(
    '%s sets only documented custom properties',
    (path, css) => {
      expect(
        readTokens(css)
          .map(({ name }) => name)
          .filter((name) => !names.includes(name)),
      ).toEqual([]);
      const word = /\/(\w+)\.css/.exec(path)?.[1];
      expect(css.match(/[^;{}]+\{/g)?.map((head) => head.trim())).toEqual([
        '@layer imflow.themes {',
        `:where([data-theme~='${word}'], :host([data-theme~='${word}'])) {`,
      ]);
      expect(css.match(/^\s*[a-z][a-z-]*:/gm)).toBeNull();
    },
  );
});
