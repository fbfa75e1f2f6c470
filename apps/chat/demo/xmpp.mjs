// Starts a throwaway XMPP server with two users, and the sample chat: `pnpm exec node apps/chat/demo/xmpp.mjs`.

import { openDemo } from './open.mjs';
import { hasProsody, startProsody } from '../../../packages/xmpp/test/server/prosody.mjs';

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
  console.error('The demo needs Prosody. As root: node tools/ensure.mjs prosody');
  process.exitCode = 1;
}
