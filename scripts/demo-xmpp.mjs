// Starts a throwaway XMPP server with two users, and the sample chat: `npm run demo:xmpp`.

import { spawn } from 'node:child_process';
import { ROOT } from './packages.mjs';
import { hasProsody, startProsody } from './prosody.mjs';

const APP = 'http://localhost:5173';

if (hasProsody()) await run();
else {
  console.error('The demo needs Prosody. As root: node scripts/ensure-prosody.mjs');
  process.exitCode = 1;
}

async function run() {
  const server = await startProsody();
  const [ana, bo] = ['ana', 'bo'].map((name) => server.addUser(name, 'secret'));
  const app = spawn(
    'pnpm',
    ['--filter', '@imflow/chat', 'exec', 'vite', '--port', '5173', '--strictPort', '--no-open'],
    {
      cwd: ROOT,
      stdio: 'inherit',
    },
  );
  for (const [address = '', remote = ''] of [
    [ana, bo],
    [bo, ana],
  ]) {
    const query = new URLSearchParams({ server: server.url, address, with: remote });
    console.log(`\n  ${address}, with the password "secret":\n  ${APP}/connect?${query}`);
  }
  app.once('exit', () => void server.stop());
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => app.kill());
}
