import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { rolldown } from 'rolldown';
import { expect, it } from 'vitest';
import { ROOT } from '../tools/packages.mjs';

const MODULES = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', 'packages'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => /\/src\/.*developmentWarnings\.ts$/.test(path));

/** @param mode what a bundler for browsers puts in place of `process.env.NODE_ENV`. Default: nothing. */
async function bundle(path: string, mode?: string): Promise<string> {
  const define = mode === undefined ? {} : { 'process.env.NODE_ENV': JSON.stringify(mode) };
  const build = await rolldown({ input: join(ROOT, path), platform: 'node', transform: { define } });
  const { output } = await build.generate({ format: 'iife', name: 'built', minify: true });
  await build.close();
  return output[0].code;
}

it.each(MODULES)('B433 a production build leaves the sentences of %s out', async (path) => {
  expect(await bundle(path, 'development')).toContain('imflow: ');
  const code = await bundle(path, 'production');
  expect(code.length).toBeLessThan(200);
});

it.each(MODULES)('B433 a browser loads %s without a bundler, and there are no warnings', async (path) => {
  const code = await bundle(path);
  // A context of its own has no `process`, as a browser has none.
  expect(runInNewContext(`${code}; built.warnings`)).toBeUndefined();
});
