// Builds every package into its dist folder: `pnpm run build`.
//
// JavaScript: Vite, one module for each source module, so that each keeps its own "use client" and an
// application takes only what it uses. Declarations: tsc -b. Styles: one minified file, imports included.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { bundle, Features } from 'lightningcss';
import { build } from 'vite';
import { publishedPackages, ROOT } from './packages.mjs';

const packages = publishedPackages();
await Promise.all(packages.map(buildModules));
const { status } = spawnSync('tsc', ['-b', ...packages.map(({ path }) => path)], { cwd: ROOT, stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);
for (const { path, sources } of packages) {
  nameBuiltModules(join(path, 'dist'));
  for (const source of sources.filter(isStyle)) buildStyles(path, source);
}

/** @param {import('./packages.mjs').Package} package_ */
async function buildModules({ path, sources, programs }) {
  const entries = [...sources.filter((source) => !isStyle(source)), ...programs];
  await build({
    root: path,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    build: {
      target: 'es2022',
      minify: false,
      sourcemap: true,
      lib: { entry: entries.map((source) => join(path, source)), formats: ['es'] },
      rolldownOptions: {
        // Kept, since each module stays a module of its own.
        checks: { moduleLevelDirective: false },
        external: (id) => !id.startsWith('.') && !isAbsolute(id),
        output: { preserveModules: true, preserveModulesRoot: join(path, 'src'), entryFileNames: '[name].js' },
      },
    },
  });
}

/**
 * Sources import one another as `./name.ts`, and tsc copies that into declarations; there it has to be `./name.js`.
 *
 * @param {string} dist
 */
function nameBuiltModules(dist) {
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.d.ts')) continue;
    const path = join(dist, file);
    const declarations = readFileSync(path, 'utf8');
    writeFileSync(path, declarations.replaceAll(/((?:from|import) ?\(?['"]\.[^'"]*)\.tsx?(['"])/g, '$1.js$2'));
  }
}

/**
 * @param {string} path
 * @param {string} source
 */
function buildStyles(path, source) {
  const { code } = bundle({ filename: join(path, source), minify: true, include: Features.Nesting });
  const target = join(path, 'dist', relative('src', source));
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, code);
}

/** @param {string} source */
function isStyle(source) {
  return source.endsWith('.css');
}
