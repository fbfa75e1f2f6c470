// The items of registry.json, added to an application by the command of shadcn: all of them build, and the chat sends a
// message.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../tools/packages.mjs';
import { createFromTemplate } from './application.mjs';
import { sendAndSeeTick, withPages, withServer } from './browser.mjs';

const SHADCN = ['--yes', 'shadcn@4.23.1'];

/** The application as `shadcn init` would leave it. Without a base colour, the command needs no host but that of npm. */
const COMPONENTS = {
  style: 'new-york',
  rsc: false,
  tsx: true,
  tailwind: { config: '', css: 'src/app.css', baseColor: '', cssVariables: true },
  aliases: { components: '@/components', ui: '@/components/ui', lib: '@/lib', utils: '@/lib/utils', hooks: '@/hooks' },
};

/** Uses each item. */
const MAIN = `import './app.css';
import { createRoot } from 'react-dom/client';
import { Conversation } from './components/imflow/chat.tsx';
import { SupportInbox } from './components/imflow/support-inbox.tsx';
import { connectToDemo } from './demo.ts';
import { createOwnFiles } from './lib/imflow/own-files.ts';
import { createOwnTransport } from './lib/imflow/own-transport.ts';

const url = 'https://example.com/chat';
const token = async () => 'secret';
const customers = [{ address: 'bo', name: 'Bo' }];
const demo = connectToDemo('ana');

createRoot(document.getElementById('root')!).render(
  location.hash === '#inbox' ? (
    <SupportInbox transport={createOwnTransport({ url, address: 'ana', token })} customers={customers} />
  ) : (
    <Conversation transport={demo} remote="bo" name="Bo" files={createOwnFiles({ url, token })} />
  ),
);
`;

/** @param {import('./run.mjs').Packed} packed */
export async function registry(packed) {
  const application = await createFromTemplate('registry', 'vite', packed);
  const items = join(application.folder, 'items');
  await application.run('shadcn build', 'npx', ...SHADCN, 'build', '--cwd', ROOT, '--output', items);
  application.write('components.json', COMPONENTS);
  const config = JSON.parse(readFileSync(join(application.folder, 'tsconfig.json'), 'utf8'));
  config.compilerOptions.paths = { '@/*': ['./src/*'] };
  application.write('tsconfig.json', config);
  const { items: all } = JSON.parse(readFileSync(join(ROOT, 'registry.json'), 'utf8'));
  const files = all.map((/** @type {{ name: string }} */ { name }) => `./items/${name}.json`);
  await application.run('shadcn add', 'npx', ...SHADCN, 'add', '--yes', ...files);

  application.write('src/main.tsx', MAIN);
  const styles = readFileSync(join(application.folder, 'src/app.css'), 'utf8');
  if (!styles.includes('--imflow-accent: var(--primary)')) throw new Error('registry: the theme is not in src/app.css');
  await application.run('npm run build', 'npm', 'run', 'build');
  await withServer(join(application.folder, 'dist'), (address) =>
    withPages([address], (page) => sendAndSeeTick(page, 'Hello from a registry')),
  );
  application.say('chromium: the message has its tick');
}
