import { request } from 'node:http';
import type { Transport } from '@imflow/core';
import { describe, expect, it, vi } from 'vitest';
import { newAccount } from '../test/accounts.ts';
import { outgoing } from '../test/setUp.ts';
import { createSipTransport } from './index.ts';
import { findKamailio, type Kamailio, startKamailio } from '../test/server/kamailio.mjs';

const missing = findKamailio() === undefined;
if (missing) process.stderr.write('SKIPPED: no Kamailio. Install it with: node tools/ensure.mjs kamailio\n');

/** The status of a handshake, and the sub-protocol that the server chose. */
function shakeHands({ webSocketUrl }: Kamailio, protocol: string): Promise<{ status?: number; protocol?: string }> {
  return new Promise((resolve, reject) => {
    const handshake = request(webSocketUrl.replace('ws:', 'http:'), {
      // A pooled connection could lead to the server that has stopped.
      agent: false,
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
  it('the test server speaks SIP over WebSocket, runs beside a second one, and stops', async () => {
    const servers = await Promise.all([startKamailio(), startKamailio()]);
    try {
      for (const server of servers) expect(await shakeHands(server, 'sip')).toEqual({ status: 101, protocol: 'sip' });
      expect(await shakeHands(servers[0], 'chat')).not.toMatchObject({ status: 101 });
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
    }
    await expect(shakeHands(servers[0], 'sip')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('the test server accepts the largest message of the transport, if its buffer is large enough', async () => {
    const server = await startKamailio({ more: 'tcp_rd_buf_size=65536' });
    const accounts = [await newAccount(server, 'ana'), await newAccount(server, 'bo')];
    const [ana, bo] = accounts.map(({ options }) => createSipTransport({ ...options, maxMessageBytes: 60_000 })) as [
      Transport,
      Transport,
    ];
    try {
      const received: string[] = [];
      const bos = bo.openChannel(ana.localAddress, (event) => {
        if (event.type !== 'message') return;
        received.push(event.message.body);
        bos.acknowledge?.(event.message.messageId);
      });
      const channel = ana.openChannel(bo.localAddress, () => {});
      for (const each of [ana, bo]) each.connect();
      await vi.waitUntil(() => [ana, bo].every((each) => each.getStatus().state === 'online'), { timeout: 10_000 });
      const body = 'é'.repeat(30_000);
      expect(await channel.send(outgoing('m1', body))).toEqual({ outcome: 'accepted' });
      expect(received).toEqual([body]);
    } finally {
      for (const each of [ana, bo]) each.disconnect();
      await server.stop();
      for (const { proxy } of accounts) await proxy.close();
    }
  });
});
