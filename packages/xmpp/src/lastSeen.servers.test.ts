import { createInstantMessagingFlow, type InstantMessagingFlow } from '@imflow/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSocket, newAccount } from '../test/accounts.ts';
import type { XmppServer } from '../test/server/prosody.mjs';
import { MAX_START, servers } from '../test/server/servers.ts';
import { until } from '../test/soak.ts';
import { createXmppTransport, type WebSocketLike, type XmppTransportOptions } from './index.ts';

const PATIENCE = 30_000;

describe.each(servers)('a participant whose presence the user receives, on $name', { timeout: 90_000 }, (kind) => {
  let server: XmppServer;
  beforeAll(async () => {
    if (kind.isInstalled) server = await kind.start();
  }, MAX_START);
  afterAll(() => server?.stop());

  /**
   * A flow of a user who allows the participant to receive their presence, and a function that asks the participant for
   * the same.
   */
  function talk(options: XmppTransportOptions, remote: string) {
    let socket: WebSocketLike | undefined;
    const sendPresence = (type: string): void =>
      socket?.send(`<presence xmlns="jabber:client" to="${remote}" type="${type}"/>`);
    const transport = createXmppTransport({
      ...options,
      createSocket(url, protocol) {
        socket = createSocket(url, protocol);
        socket.addEventListener('message', ({ data }) => {
          if (/<presence[^>]* type=['"]subscribe['"]/.test(String(data))) sendPresence('subscribed');
        });
        return socket;
      },
    });
    const flow = createInstantMessagingFlow({ transport, remote });
    flow.start();
    return { flow, subscribe: () => sendPresence('subscribe') };
  }

  const stateOf = (flow: InstantMessagingFlow) => flow.store.getState();

  const soon = (): number => Date.now() + PATIENCE;

  /** Two users who receive each other's presence; then one of them disconnects. */
  async function meetAndDisconnect() {
    const [anas, bos] = [await newAccount(server, 'ana'), await newAccount(server, 'bo')];
    const [ana, bo] = [talk(anas.options, bos.options.address), talk(bos.options, anas.options.address)];
    const flows = [ana.flow, bo.flow];
    const close = async (): Promise<void> => {
      for (const flow of flows) flow.terminate();
      for (const { proxy } of [anas, bos]) await proxy.close();
    };
    try {
      await until(() => flows.every((flow) => stateOf(flow).state === 'active'), soon());
      for (const each of [ana, bo]) each.subscribe();
      await until(() => flows.every((flow) => stateOf(flow).remoteAvailable === true), soon());
    } catch (error) {
      await close();
      throw error;
    }
    const at = Date.now();
    bo.flow.terminate();
    const reopen = (): InstantMessagingFlow => {
      ana.flow.terminate();
      const { flow } = talk(anas.options, bos.options.address);
      flows.push(flow);
      return flow;
    };
    return { flow: ana.flow, at, reopen, close };
  }

  it.skipIf(!kind.isInstalled)('B375 a participant who disconnects was last seen at that moment', async () => {
    const { flow, at, close } = await meetAndDisconnect();
    try {
      await until(() => stateOf(flow).remoteLastSeen !== undefined, soon());
      expect(stateOf(flow).remoteAvailable).toBe(false);
      expect(stateOf(flow).remoteLastSeen).toBeGreaterThanOrEqual(at);
    } finally {
      await close();
    }
  });

  // ejabberd sends no presence of a user who is away, so that a new session does not learn when that user was last
  // seen.
  if (kind.name !== 'Prosody') return;
  it.skipIf(!kind.isInstalled)(
    'B375 a page that opens later learns when a participant who is away was last seen',
    async () => {
      const { flow, at, reopen, close } = await meetAndDisconnect();
      try {
        await until(() => stateOf(flow).remoteAvailable === false, soon());
        // Servers count in seconds, and an answer of 0 s has no meaning.
        await until(() => Date.now() > at + 3_000, soon());
        const later = reopen();
        await until(() => stateOf(later).remoteLastSeen !== undefined, soon());
        expect(stateOf(later).remoteAvailable).toBe(false);
        expect(stateOf(later).remoteLastSeen).toBeGreaterThan(at - 2_000);
        expect(stateOf(later).remoteLastSeen).toBeLessThanOrEqual(Date.now() - 1_000);
      } finally {
        await close();
      }
    },
  );
});
