import { createInstantMessagingFlow, type InstantMessagingFlow, type MessageStorage } from '@imflow/core';
import { createMemoryStorage } from '@imflow/core/storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { XmppServer } from '../test/server/prosody.mjs';
import { newAccount } from '../test/accounts.ts';
import { MAX_START, servers } from '../test/server/servers.ts';
import { until } from '../test/soak.ts';
import { type SessionStore, createXmppTransport, type XmppTransportOptions } from './index.ts';

const PATIENCE = 20_000;

function records(flow: InstantMessagingFlow) {
  return Array.from(flow.messages.order, (id) => flow.messages.get(id)).filter((record) => record !== undefined);
}

function bodies(flow: InstantMessagingFlow): string[] {
  return records(flow).map(({ body }) => body);
}

/** What a browser keeps when its last tab is closed: messages, and how far the archive has been read. */
function createBrowser(): { readonly storage: MessageStorage; readonly session: SessionStore } {
  let saved: string | undefined;
  return {
    storage: createMemoryStorage(),
    session: {
      load: () => saved,
      save(session) {
        const { address, position } = JSON.parse(session ?? '{}') as Record<string, unknown>;
        if (position !== undefined) saved = JSON.stringify({ address, position });
      },
    },
  };
}

describe.each(servers)('a device whose tabs were all closed, on $name', { timeout: 60_000 }, (kind) => {
  let server: XmppServer;
  beforeAll(async () => {
    if (kind.isInstalled) server = await kind.start();
  }, MAX_START);
  afterAll(() => server?.stop());

  const flows: InstantMessagingFlow[] = [];

  function talk(
    options: XmppTransportOptions,
    remote: string,
    storage?: MessageStorage,
    more: Partial<XmppTransportOptions> = {},
  ): InstantMessagingFlow {
    const flow = createInstantMessagingFlow({
      transport: createXmppTransport({ ...options, ...more }),
      remote,
      ...(storage === undefined ? {} : { storage }),
    });
    flow.start();
    flows.push(flow);
    return flow;
  }

  const soon = (): number => Date.now() + PATIENCE;

  const settled = (flow: InstantMessagingFlow): boolean =>
    records(flow).every(({ status }) => status === 'sent' || status === 'delivered' || status === 'displayed');

  const delivered = (flow: InstantMessagingFlow): boolean =>
    records(flow).every(({ status, direction }) => direction === 'incoming' || status === 'delivered');

  /** Two users who have exchanged messages; then all tabs of Ana are closed. */
  async function acquainted(session?: SessionStore) {
    const [anas, bos] = [await newAccount(server, 'ana'), await newAccount(server, 'bo')];
    const browser = createBrowser();
    const ana = talk(anas.options, bos.options.address, browser.storage, session && { session });
    const bo = talk(bos.options, anas.options.address);
    ana.sendMessage('Ana 1');
    await until(() => bodies(bo).length === 1, soon());
    bo.sendMessage('Bo 1');
    await until(() => bodies(ana).length === 2 && delivered(ana) && delivered(bo), soon());
    // The tab is closed without a word to the server.
    await anas.drained();
    const closed = anas.proxy.end();
    ana.terminate();
    await closed;
    anas.proxy.restore();
    const close = async (): Promise<void> => {
      for (const flow of flows.splice(0)) flow.terminate();
      for (const { proxy } of [anas, bos]) await proxy.close();
    };
    return { anas, bos, bo, browser, close };
  }

  it.skipIf(!kind.isInstalled)(
    'B260 the device reads messages sent in its absence, and their sender receives the receipts',
    async () => {
      const { anas, bos, bo, browser, close } = await acquainted();
      try {
        bo.sendMessage('Bo 2');
        bo.sendMessage('Bo 3');
        await until(() => settled(bo), soon());
        const ana = talk(anas.options, bos.options.address, browser.storage);
        await until(() => bodies(ana).length >= 4, soon());
        expect(bodies(ana)).toEqual(['Ana 1', 'Bo 1', 'Bo 2', 'Bo 3']);
        expect(ana.store.getState().unreadCount).toBe(3);
        await until(() => delivered(bo), soon());
      } finally {
        await close();
      }
    },
  );

  it.skipIf(!kind.isInstalled)(
    'B260 the device reads messages that another device has received and answered, in order',
    async () => {
      const { anas, bos, bo, browser, close } = await acquainted();
      try {
        const phone = talk(anas.options, bos.options.address);
        await until(() => phone.store.getState().state === 'active', soon());
        for (let index = 0; index < 120; index += 1) bo.sendMessage(`Bo ${index + 2}`);
        await until(() => bodies(phone).includes('Bo 121'), soon());
        phone.sendMessage('from the phone');
        await until(() => bodies(bo).includes('from the phone'), soon());
        bo.sendMessage('the last');
        await until(() => bodies(phone).includes('the last'), soon());
        const ana = talk(anas.options, bos.options.address, browser.storage);
        await until(() => bodies(ana).includes('the last') && bodies(ana).length >= 124, soon());
        expect(bodies(ana)).toEqual([
          'Ana 1',
          'Bo 1',
          ...Array.from({ length: 120 }, (_, index) => `Bo ${index + 2}`),
          'from the phone',
          'the last',
        ]);
      } finally {
        await close();
      }
    },
  );

  it.skipIf(!kind.isInstalled)('B261 the device reports a new participant who wrote in its absence', async () => {
    const browser = createBrowser();
    const { anas, close } = await acquainted(browser.session);
    const cys = await newAccount(server, 'cy');
    try {
      const cy = talk(cys.options, anas.options.address);
      cy.sendMessage('Do you know me?');
      await until(() => settled(cy), soon());
      const unopened: string[] = [];
      const transport = createXmppTransport({
        ...anas.options,
        session: browser.session,
        onIncomingConversation: (participant) => unopened.push(participant),
      });
      transport.connect();
      await until(() => unopened.length > 0, soon());
      expect(unopened).toEqual([cys.options.address]);
      const flow = createInstantMessagingFlow({ transport, remote: cys.options.address });
      flows.push(flow);
      flow.start();
      await until(() => bodies(flow).length > 0, soon());
      expect(bodies(flow)).toEqual(['Do you know me?']);
      expect(flow.store.getState().unreadCount).toBe(1);
      transport.disconnect();
    } finally {
      await close();
      await cys.proxy.close();
    }
  });
});
