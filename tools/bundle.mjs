// Bundles with Rolldown, which is what Vite bundles with. Vite would add its own loader of modules on demand.

import { rolldown } from 'rolldown';
import { ROOT } from './packages.mjs';

/**
 * Bundles what an entry uses as an application would, without writing it.
 *
 * @param {string} entry The text of the entry.
 * @param {(id: string) => boolean} isExternal What is left out.
 * @param {{ minify?: boolean, sourcemap?: 'hidden' }} [options] Default: minified.
 * @returns {Promise<import('rolldown').RolldownOutput['output']>}
 */
export async function bundle(entry, isExternal, { minify = true, sourcemap } = {}) {
  const build = await rolldown({
    cwd: ROOT,
    input: 'entry',
    external: isExternal,
    platform: 'browser',
    logLevel: 'silent',
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === 'entry' ? '\0entry' : undefined),
        load: (id) => (id === '\0entry' ? entry : undefined),
      },
    ],
    transform: { target: 'es2022', define: { 'process.env.NODE_ENV': '"production"' } },
  });
  const { output } = await build.generate({ format: 'es', minify, comments: !minify, ...(sourcemap && { sourcemap }) });
  await build.close();
  return output;
}
