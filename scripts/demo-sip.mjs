// Starts a throwaway SIP server with two users, and the sample chat: `npm run demo:sip`.

import { openDemo } from './demo-app.mjs';
import { findKamailio, startKamailio } from './kamailio.mjs';

if (findKamailio() === undefined) {
  console.error('The demo needs Kamailio. As root: node scripts/ensure-kamailio.mjs');
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
