import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../tools/packages.mjs';

const PAGE = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
const CORE = 'packages/core/src';

/** A path of the page is one of the repository or, where it is shorter, of core. */
function locate(path: string): string | undefined {
  return [join(ROOT, path), join(ROOT, CORE, path)].find(existsSync);
}

describe('the page on the architecture', () => {
  it('the page on the architecture names files and folders that exist', () => {
    const files = Array.from(PAGE.matchAll(/`(?<path>[\w/-]+\.tsx?)`/g), ({ groups }) => groups?.['path'] ?? '');
    const folders = Array.from(PAGE.matchAll(/^\| `(?<path>[\w/-]+)`/gm), ({ groups }) => groups?.['path'] ?? '');
    expect(files.length).toBeGreaterThan(10);
    expect(folders.length).toBeGreaterThan(20);
    // The folder of each feature contains its machine.
    const missing = [...files, ...folders].filter(
      (path) => path !== 'machine.ts' && path !== 'handlers.ts' && locate(path) === undefined,
    );
    expect(missing).toEqual([]);
  });

  it('the page on the architecture names functions that their files have', () => {
    const steps = Array.from(
      PAGE.matchAll(/`(?<path>[\w/-]+\.tsx?)` ·\s+`(?<name>\w+)`/g),
      ({ groups }) => groups ?? {},
    );
    expect(steps.length).toBeGreaterThan(15);
    const missing = steps.filter(({ path = '', name }) => {
      const file = locate(path);
      return (
        file === undefined || !new RegExp(`(?:function |const |^ {4})${name}\\b`, 'm').test(readFileSync(file, 'utf8'))
      );
    });
    expect(missing).toEqual([]);
  });
});
