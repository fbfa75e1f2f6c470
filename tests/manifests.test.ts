import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Manifest {
  readonly name: string;
  readonly main?: string;
  readonly types?: string;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly publishConfig: Pick<Manifest, 'exports'>;
}

const packages = join(import.meta.dirname, '..', 'packages');
const manifests = readdirSync(packages).map(
  (folder) => JSON.parse(readFileSync(join(packages, folder, 'package.json'), 'utf8')) as Manifest,
);

describe.each(manifests.map((manifest) => [manifest.name, manifest] as const))('%s', (_, manifest) => {
  it('B305 every entry can be imported and required: no condition is for `import` alone', () => {
    for (const entries of [manifest.exports, manifest.publishConfig.exports]) {
      for (const entry of Object.values(entries)) {
        if (typeof entry === 'string') continue;
        expect(Object.keys(entry).at(-1)).toBe('default');
        expect(entry).not.toHaveProperty('import');
      }
    }
  });

  it('B305 the manifest names the main entry for tools that do not know `exports`', () => {
    expect([manifest.main, manifest.types]).toEqual(['./dist/index.js', './dist/index.d.ts']);
  });
});
