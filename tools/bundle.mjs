// Bundles with Rolldown, which is what Vite bundles with. Vite would add its own loader of modules on demand.

import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { ROOT } from './packages.mjs';

/**
 * Bundles what an entry uses as an application would, without writing it.
 *
 * @param {string} entry The text of the entry.
 * @param {(id: string) => boolean} isExternal What is left out.
 * @param {{ minify?: boolean, sourcemap?: 'hidden', cwd?: string }} [options] Default: minified; packages are those that
 * the root of the repository sees.
 * @returns {Promise<import('rolldown').RolldownOutput['output']>}
 */
export async function bundle(entry, isExternal, { minify = true, sourcemap, cwd = ROOT } = {}) {
  const build = await rolldown({
    cwd,
    input: 'entry',
    external: isExternal,
    platform: 'browser',
    logLevel: 'silent',
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === 'entry' ? join(cwd, 'entry.mjs') : undefined),
        load: (id) => (id === join(cwd, 'entry.mjs') ? entry : undefined),
      },
    ],
    transform: { target: 'es2022', define: { 'process.env.NODE_ENV': '"production"' } },
  });
  const { output } = await build.generate({ format: 'es', minify, comments: !minify, ...(sourcemap && { sourcemap }) });
  await build.close();
  return output;
}

/**
 * The chunks that are loaded with the entry, and those that are loaded when they are needed.
 *
 * @param {import('rolldown').RolldownOutput['output']} output
 */
export function byLoading(output) {
  const chunks = output.filter((chunk) => chunk.type === 'chunk');
  // An import that is not dynamic is loaded with what imports it.
  const atOnce = new Set(chunks.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName));
  for (const name of atOnce) {
    for (const each of chunks.find(({ fileName }) => fileName === name)?.imports ?? []) atOnce.add(each);
  }
  return {
    atOnce: chunks.filter(({ fileName }) => atOnce.has(fileName)),
    onDemand: chunks.filter(({ fileName }) => !atOnce.has(fileName)),
  };
}

/**
 * In bytes.
 *
 * @param {{ code: string }[]} chunks
 */
export function gzippedSize(chunks) {
  return chunks.length > 0 ? gzipSync(chunks.map(({ code }) => code).join('')).length : 0;
}
