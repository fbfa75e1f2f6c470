import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { findKamailio, type Kamailio, startKamailio } from '../test/kamailio.ts';

const missing = findKamailio() === undefined;
if (missing) process.stderr.write('SKIPPED: no Kamailio. Install it with: node scripts/ensure-kamailio.mjs\n');

/** The status of a handshake, and the sub-protocol that the server chose. */
function shakeHands({ webSocketUrl }: Kamailio, protocol: string): Promise<{ status?: number; protocol?: string }> {
  return new Promise((resolve, reject) => {
    const handshake = request(webSocketUrl.replace('ws:', 'http:'), {
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
        'sec-websocket-protocol': protocol,
        'sec-websocket-version': '13',
      },
    });
    handshake.on('upgrade', ({ statusCode = 0, headers }, socket) => {
      socket.destroy();
      resolve({ status: statusCode, protocol: String(headers['sec-websocket-protocol']) });
    });
    handshake.on('response', (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0 });
    });
    handshake.on('error', reject);
    handshake.end();
  });
}

describe.skipIf(missing)('the server that tests use', () => {
  it('speaks SIP over WebSocket, beside another one, and goes away', async () => {
    const servers = await Promise.all([startKamailio(), startKamailio()]);
    try {
      for (const server of servers) expect(await shakeHands(server, 'sip')).toEqual({ status: 101, protocol: 'sip' });
      expect(await shakeHands(servers[0], 'chat')).not.toMatchObject({ status: 101 });
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
    }
    await expect(shakeHands(servers[0], 'sip')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
