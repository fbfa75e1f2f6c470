import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, versionOf } from '../tools/packages.mjs';

type Versions = Readonly<Record<string, string>>;

const TEMPLATES = join(ROOT, 'templates');
const templates = readdirSync(TEMPLATES);
/** Templates name the version in the npm registry: until the first release, the version that the changesets lead to. */
const RELEASED = versionOf() === '0.0.0' ? '0.1.0' : versionOf();

function read(...path: string[]): string {
  return readFileSync(join(TEMPLATES, ...path), 'utf8');
}

/** The catalog of the workspace. */
function catalog(): Versions {
  const [, lines = ''] =
    /^catalog:\n((?: {2}.*\n)+)/m.exec(readFileSync(join(ROOT, 'pnpm-workspace.yaml'), 'utf8')) ?? [];
  return Object.fromEntries(
    Array.from(lines.matchAll(/^ {2}'?([^':]+)'?: \^?(.+)$/gm), ([, name = '', version = '']) => [name, version]),
  );
}

describe.each(templates)('templates/%s', (template) => {
  const manifest = JSON.parse(read(template, 'package.json')) as {
    readonly dependencies: Versions;
    readonly devDependencies: Versions;
  };
  const dependencies = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });

  it('the template names the packages of the newest release', () => {
    const own = dependencies.filter(([name]) => name.startsWith('@imflow/'));
    expect(own.length).toBeGreaterThan(2);
    expect(own).toEqual(own.map(([name]) => [name, `^${RELEASED}`]));
  });

  it('the template names the versions of the catalog', () => {
    const known = catalog();
    const shared = dependencies.filter(([name]) => name in known);
    expect(shared.length).toBeGreaterThan(3);
    expect(shared).toEqual(shared.map(([name]) => [name, `^${known[name]}`]));
  });
});

it('the files that the templates share are identical', () => {
  const shared = ['index.html', 'tsconfig.json', 'public/icon.svg', 'src/app.css', 'src/main.tsx'];
  expect(shared.filter((path) => read('own-server', path) !== read('vite', path))).toEqual([]);
  expect(read('next', 'app/icon.svg')).toBe(read('vite', 'public/icon.svg'));
});
