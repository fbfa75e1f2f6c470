// Starts a throwaway SIP server with two users, and the sample chat: `pnpm exec node apps/chat/demo/sip.mjs`.

import { openDemo } from './open.mjs';
import { findKamailio, startKamailio } from '../../../packages/sip/test/server/kamailio.mjs';

if (findKamailio() === undefined) {
  console.error('The demo needs Kamailio. As root: node tools/ensure.mjs kamailio');
  process.exitCode = 1;
} else {
  const server = await startKamailio();
  openDemo({
    protocol: 'sip',
    server: server.webSocketUrl,
    people: ['sip:ana@sip.test', 'sip:bo@sip.test'],
    passwordOf: (address) => `${address.replaceAll(/^sip:|@.*$/g, '')}pw`,
    stop: server.stop,
  });
}
