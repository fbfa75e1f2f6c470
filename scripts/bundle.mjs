import { build } from 'vite';
import { ROOT } from './packages.mjs';

/**
 * Bundles what an entry uses as an application would, without writing it.
 *
 * @param {string} entry The text of the entry.
 * @param {(id: string) => boolean} isExternal What is left out.
 * @param {import('vite').BuildEnvironmentOptions} [options]
 */
export async function bundle(entry, isExternal, options = {}) {
  const result = await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === 'entry' ? '\0entry' : undefined),
        load: (id) => (id === '\0entry' ? entry : undefined),
      },
    ],
    build: {
      ...options,
      write: false,
      modulePreload: false,
      rolldownOptions: { input: 'entry', preserveEntrySignatures: 'strict', external: isExternal },
    },
  });
  if (!('output' in result)) throw new Error(`This was not bundled once: ${entry}`);
  return result.output;
}
