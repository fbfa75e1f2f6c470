// Loads a module of the workspace from its TypeScript source into Node, as one bundle.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { ROOT } from './packages.mjs';

/**
 * @param {string} source Relative to the repository.
 * @param {string} name The name of the folder for the bundle.
 * @returns {Promise<unknown>} The exports of the module, a file `index.ts`.
 */
export async function importSource(source, name) {
  const outDir = join(ROOT, 'node_modules/.cache', name);
  const conditions = ['@imflow/source', 'module', 'node'];
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    resolve: { conditions },
    ssr: { noExternal: true, resolve: { conditions } },
    build: { ssr: join(ROOT, source), outDir, emptyOutDir: true, minify: false },
  });
  return import(pathToFileURL(join(outDir, 'index.js')).href);
}
