// A new application of Vite, React and TypeScript, whose whole code is the example in README.md.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../tools/packages.mjs';
import { asInWorkspace, createApplication } from './application.mjs';
import { sendAndSeeTick, withPages, withServer } from './browser.mjs';

const LONGEST_EXAMPLE = 24;

const REACT_18 = {
  react: '18.3.1',
  'react-dom': '18.3.1',
  '@types/react': '18.3.31',
  '@types/react-dom': '18.3.7',
};

/** Preact under the names of React. Its types are not those of React, so that only the build and the page are tried. */
const PREACT = { preact: '10', react: 'npm:@preact/compat@18', 'react-dom': 'npm:@preact/compat@18' };

/** @param {import('./run.mjs').Packed} packed */
export async function viteWithPreact(packed) {
  await vite('vite-preact', packed, PREACT, false);
}

/** @param {import('./run.mjs').Packed} packed */
export async function viteWithReact19(packed) {
  await vite('vite-react-19', packed, asInWorkspace('react', 'react-dom', '@types/react', '@types/react-dom'));
}

/** @param {import('./run.mjs').Packed} packed */
export async function viteWithReact18(packed) {
  await vite('vite-react-18', packed, REACT_18);
}

/**
 * @param {string} name
 * @param {import('./run.mjs').Packed} packed
 * @param {Record<string, string>} react
 * @param {boolean} [hasTypes] Whether the types are those of React. Default: true.
 */
async function vite(name, { folder, tarballs }, react, hasTypes = true) {
  const example = exampleOf(readFileSync(join(ROOT, 'README.md'), 'utf8'));
  const tools = asInWorkspace('@vitejs/plugin-react', 'typescript', 'vite');
  const application = await createApplication(folder, name, { ...tarballs, ...react, ...tools }, 'vite');
  application.write('src/main.tsx', example);

  const own = join(application.folder, 'node_modules/@imflow/ui/node_modules/react');
  if (existsSync(own)) throw new Error(`${name}: the components have a React of their own beside the application's`);
  if (hasTypes) await application.run('tsc', 'tsc');
  await application.run('vite build', 'vite', 'build', '--logLevel', 'warn');
  await withServer(join(application.folder, 'dist'), (address) =>
    withPages([address], (page) => sendAndSeeTick(page, 'Hello from a newcomer')),
  );
  application.say('chromium: the message has its tick');
}

/** @param {string} readme */
function exampleOf(readme) {
  const marked = /<!-- example:start -->\s*```tsx?\n(?<code>[\s\S]*?)```\s*<!-- example:end -->/.exec(readme);
  const code = marked?.groups?.['code'];
  if (!code) throw new Error('README.md has no code block between <!-- example:start --> and <!-- example:end -->');
  const lines = code.trimEnd().split('\n').length;
  if (lines > LONGEST_EXAMPLE)
    throw new Error(`The example of README.md has ${lines} lines; ${LONGEST_EXAMPLE} are the most`);
  return code;
}
