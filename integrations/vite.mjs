// Applications of Vite, React and TypeScript: the template, and the example in README.md as the whole code of a new one.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../tools/packages.mjs';
import { createFromTemplate } from './application.mjs';
import { sendAndSeeTick, withPages, withServer } from './browser.mjs';
import { keepsConversationInVite } from './hotReload.mjs';

/** @import { Application } from './application.mjs' */

const LONGEST_EXAMPLE = 24;

const REACT_18 = {
  react: '18.3.1',
  'react-dom': '18.3.1',
  '@types/react': '18.3.31',
  '@types/react-dom': '18.3.7',
};

/** Preact under the names of React. Its types are not those of React, so that only the build and the page are tried. */
const PREACT = { preact: '10', react: 'npm:@preact/compat@18', 'react-dom': 'npm:@preact/compat@18' };

const INSPECTED = `import { createInstantMessagingFlow } from '@imflow/core';
import { createLoopbackNetwork } from '@imflow/core/transports';
import { FlowInspector } from '@imflow/devtools';
import { createRoot } from 'react-dom/client';

const flow = createInstantMessagingFlow({ transport: createLoopbackNetwork().connect('ana'), remote: 'bo' });
flow.start();
flow.sendMessage('Are you there?');
createRoot(document.querySelector('#root') as Element).render(<FlowInspector flow={flow} />);
`;

/** @param {import('./run.mjs').Packed} packed */
export async function viteWithPreact(packed) {
  const application = await create('vite-preact', packed, PREACT);
  await tryReadme(application);
}

/** @param {import('./run.mjs').Packed} packed */
export async function viteWithReact19(packed) {
  const application = await create('vite-react-19', packed);
  await application.run('npm run build', 'npm', 'run', 'build');
  await tryBuilt(application);
  await keepsConversationInVite(application);
  await tryReadme(application);
  await checkTypes(application);
}

/** @param {import('./run.mjs').Packed} packed */
export async function viteWithReact18(packed) {
  const names = ['@imflow/core', '@imflow/devtools', '@imflow/testing'];
  const inspected = Object.fromEntries(names.map((name) => [name, packed.tarballs[name] ?? '']));
  const application = await create('vite-react-18', packed, { ...REACT_18, ...inspected });
  await tryReadme(application);
  await checkTypes(application);
  await tryInspector(application);
}

/**
 * @param {string} name
 * @param {import('./run.mjs').Packed} packed
 * @param {Record<string, string>} [react] Default: that of the workspace.
 */
async function create(name, packed, react) {
  const application = await createFromTemplate(name, 'vite', packed, react);
  const own = join(application.folder, 'node_modules/@imflow/ui/node_modules/react');
  if (existsSync(own)) throw new Error(`${name}: the components have a React of their own beside the application's`);
  return application;
}

/** The example in README.md, in place of the template's code. @param {Application} application */
async function tryReadme(application) {
  application.write('src/main.tsx', exampleOf(readFileSync(join(ROOT, 'README.md'), 'utf8')));
  await application.run('vite build', 'vite', 'build', '--logLevel', 'warn');
  await tryBuilt(application);
}

/** The code of the template and of README.md, and the packages' declarations, strictly. @param {Application} application */
async function checkTypes(application) {
  await application.run('tsc', 'tsc', '--skipLibCheck', 'false', '--exactOptionalPropertyTypes');
}

/** A page of the inspector, in place of the template's code. @param {Application} application */
async function tryInspector(application) {
  application.write('src/main.tsx', INSPECTED);
  await checkTypes(application);
  await application.run('vite build', 'vite', 'build', '--logLevel', 'warn');
  await withServer(join(application.folder, 'dist'), (address) =>
    withPages([address], async (page) => {
      await page.getByRole('button', { name: 'Inspect flow' }).click();
      const panel = page.getByRole('region', { name: 'Flow inspector' });
      await panel.getByText(/^The network accepted it/).waitFor();
      await panel.getByRole('tab', { name: 'Transactions' }).click();
      await panel.getByRole('list', { name: 'Transactions' }).waitFor();
      await page.keyboard.press('Escape');
      await panel.waitFor({ state: 'detached' });
    }),
  );
  application.say('chromium: the inspector explains the message');
}

/** @param {Application} application */
async function tryBuilt(application) {
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
