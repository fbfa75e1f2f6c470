import type { Transport, TransportStatus } from '@imflow/core';
import { createXmppTransport } from '@imflow/xmpp';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { connectOnce } from './connectOnce.ts';
import { ConnectError } from './problem.ts';
import type { ConnectionListener, Protocol } from './protocols.ts';

const stored = new Map<string, string>();
beforeEach(() => {
  stored.clear();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const account = { server: 'wss://example.com/ws', address: 'ana@xn--bcher-kva.example', password: 'secret' };

/** XMPP, with a transport that is online as soon as it is asked to connect. */
function createXmpp(): Protocol & { listener?: ConnectionListener; connected: boolean } {
  const protocol = {
    id: 'xmpp',
    name: 'XMPP',
    examples: { server: '', address: '', remote: '' },
    connected: false,
    async open({ server, address, password }: typeof account, listener: ConnectionListener): Promise<Transport> {
      Object.assign(protocol, { listener });
      const transport = createXmppTransport({ server, address, password });
      let changed: (() => void) | undefined;
      return {
        ...transport,
        getStatus: (): TransportStatus => ({ state: protocol.connected ? 'online' : 'offline' }),
        subscribe: (callback) => {
          changed = callback;
          return () => {};
        },
        connect: () => {
          protocol.connected = true;
          changed?.();
        },
      };
    },
  };
  return protocol;
}

it('B402 two spellings of a domain, with its own letters or as xn--, name one participant', async () => {
  stored.set('imflow:participants:ana@bücher.example', JSON.stringify(['bo@xn--bcher-kva.example']));
  const protocol = createXmpp();
  const { me, participants, normal } = await connectOnce(protocol, account, 'Bo@BÜCHER.example');
  expect(me.address).toBe('ana@bücher.example');
  expect(normal('bo@xn--bcher-kva.example')).toBe('bo@bücher.example');
  expect(participants.get()).toEqual(['bo@bücher.example']);
  protocol.listener?.onIncomingConversation('cy@bücher.example');
  expect(participants.get()).toEqual(['bo@bücher.example', 'cy@bücher.example']);
});

it('B402 the own address in a different spelling is refused before the connection', async () => {
  const protocol = createXmpp();
  const refused = connectOnce(protocol, account, 'ana@bücher.example');
  await expect(refused).rejects.toBeInstanceOf(ConnectError);
  await expect(refused).rejects.toMatchObject({ problem: { what: 'yourself', field: 'with' } });
  expect(protocol.connected).toBe(false);
});
