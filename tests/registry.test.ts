import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../tools/packages.mjs';

interface Item {
  readonly name: string;
  readonly type: string;
  readonly dependencies?: readonly string[];
  readonly files?: readonly { readonly path: string; readonly type: string; readonly target?: string }[];
  readonly css?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const { items } = JSON.parse(readFileSync(join(ROOT, 'registry.json'), 'utf8')) as { items: readonly Item[] };
const IMPORT = /^(?:(?:import|export)\s[^'";]*?from\s+|import\s+)'(?<specifier>[^']+)'|import\('(?<loaded>[^']+)'\)/gm;

function importsOf(path: string): string[] {
  const code = readFileSync(join(ROOT, path), 'utf8').replaceAll(/^\s*(?:\/\/|\*|\/\*).*$/gm, '');
  return Array.from(code.matchAll(IMPORT), ({ groups }) => groups?.['specifier'] ?? groups?.['loaded'] ?? '');
}

/** `@imflow/core/files` belongs to `@imflow/core`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

it('registry.json has a chat, an inbox, a transport, an uploader and a theme', () => {
  expect(items.map(({ name }) => name)).toEqual([
    'imflow-chat',
    'imflow-inbox',
    'imflow-transport',
    'imflow-files',
    'imflow-theme',
  ]);
});

describe.each(items.filter(({ files }) => files !== undefined))('$name', ({ dependencies = [], files = [] }) => {
  const code = files.filter(({ path }) => /\.tsx?$/.test(path)).map(({ path }) => path);

  it('the item names files that exist, and a target for each of them', () => {
    expect(files.filter(({ path }) => !existsSync(join(ROOT, path)))).toEqual([]);
    expect(files.filter(({ target = '' }) => !/^@(?:components|lib)\/imflow\//.test(target))).toEqual([]);
  });

  it('the item declares each package that its files import, and no other', () => {
    const imported = code.flatMap(importsOf).filter((specifier) => !specifier.startsWith('.'));
    expect(imported.length).toBeGreaterThan(0);
    expect(Array.from(new Set(imported.map(packageOf))).toSorted()).toEqual(dependencies.toSorted());
  });

  it('the item contains the files that its files import, next to each other', () => {
    const targets = new Map(files.map(({ path, target }) => [path, target]));
    const missing = code.flatMap((path) =>
      importsOf(path)
        .filter((specifier) => specifier.startsWith('.'))
        .filter((specifier) => {
          const target = targets.get(posix.join(dirname(path), specifier));
          return target !== posix.join(dirname(targets.get(path) ?? ''), specifier);
        }),
    );
    expect(missing).toEqual([]);
  });
});

it('the theme of the registry sets only properties of the kit', () => {
  const tokens = readFileSync(join(ROOT, 'packages/ui/src/tokens/tokens.css'), 'utf8');
  const set = items.flatMap(({ css = {} }) => Object.values(css).flatMap((rule) => Object.keys(rule)));
  expect(set.length).toBeGreaterThan(10);
  expect(set.filter((name) => name !== 'color-scheme' && !tokens.includes(`    ${name}:`))).toEqual([]);
});
