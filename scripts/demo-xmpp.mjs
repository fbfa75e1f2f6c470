// Starts a throwaway XMPP server with two users, and the sample chat: `npm run demo:xmpp`.

import { openDemo } from './demo-app.mjs';
import { hasProsody, startProsody } from './prosody.mjs';

if (hasProsody()) {
  const server = await startProsody();
  openDemo({
    protocol: 'xmpp',
    server: server.url,
    people: [await server.addUser('ana', 'secret'), await server.addUser('bo', 'secret')],
    passwordOf: () => 'secret',
    stop: server.stop,
  });
} else {
  console.error('The demo needs Prosody. As root: node scripts/ensure-prosody.mjs');
  process.exitCode = 1;
}
