import { createInstantMessagingFlow, type InstantMessagingFlow } from '@imflow/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { XmppServer } from '../test/server/prosody.mjs';
import { newAccount } from '../test/accounts.ts';
import { MAX_START, servers } from '../test/server/servers.ts';
import { until } from '../test/soak.ts';
import { createXmppTransport, type SessionStore } from './index.ts';

const PATIENCE = 40_000;

function recordOf(flow: InstantMessagingFlow, id: string) {
  return flow.messages.get(id);
}

describe.each(servers)('on $name', { timeout: 60_000 }, (kind) => {
  let server: XmppServer;
  beforeAll(async () => {
    if (kind.isInstalled) server = await kind.start();
  }, MAX_START);
  afterAll(() => server?.stop());

  it.skipIf(!kind.isInstalled)(
    'B266 a message that is too long for the server fails, and the next one arrives',
    async () => {
      const [ana, bo] = [await newAccount(server, 'ana'), await newAccount(server, 'bo')];
      const flow = createInstantMessagingFlow({
        transport: createXmppTransport(ana.options),
        remote: bo.options.address,
        template: { maxMessageLength: 1_000_000 },
      });
      flow.start();
      try {
        const end = Date.now() + PATIENCE;
        await until(() => flow.store.getState().state === 'active', end);
        const long = flow.sendMessage('漢'.repeat(300_000)).id;
        const short = flow.sendMessage('short').id;
        await until(() => recordOf(flow, short)?.status === 'sent', end);
        // ejabberd accepts the message: over WebSocket it has no limit.
        const { status, code } = recordOf(flow, long) ?? {};
        expect([status, code]).toEqual(server.name === 'Prosody' ? ['failed', 413] : ['sent', undefined]);
      } finally {
        flow.terminate();
        for (const { proxy } of [ana, bo]) await proxy.close();
      }
    },
  );

  it.skipIf(!kind.isInstalled)(
    'B264 a participant whose address is written differently receives messages, and is recognised',
    async () => {
      const [ana, bo] = [await newAccount(server, 'ana'), await newAccount(server, 'bo')];
      const written = bo.options.address.replace('bo', 'Bo').replace('localhost', 'LocalHost');
      const flows = [
        createInstantMessagingFlow({ transport: createXmppTransport(ana.options), remote: written }),
        createInstantMessagingFlow({ transport: createXmppTransport(bo.options), remote: ana.options.address }),
      ] as const;
      const diagnostics: string[] = [];
      flows[0].on('diagnostic', ({ code }) => diagnostics.push(code));
      for (const flow of flows) flow.start();
      try {
        const end = Date.now() + PATIENCE;
        const { id } = flows[0].sendMessage('hello');
        await until(() => flows[1].messages.order.length === 1, end);
        flows[1].markDisplayed(id);
        await until(() => recordOf(flows[0], id)?.status === 'displayed', end);
        expect(diagnostics).toEqual([]);
        expect(flows[0].remote).toBe(bo.options.address);
      } finally {
        for (const flow of flows) flow.terminate();
        for (const { proxy } of [ana, bo]) await proxy.close();
      }
    },
  );

  it.skipIf(!kind.isInstalled)(
    'B263 a message to an unknown user fails as not found, and a foreign domain is refused at once',
    async () => {
      const ana = await newAccount(server, 'ana');
      const flow = createInstantMessagingFlow({
        transport: createXmppTransport(ana.options),
        remote: 'nobody@localhost',
      });
      flow.start();
      const stranger = createXmppTransport({ ...ana.options, address: 'ana@example.org' });
      try {
        const end = Date.now() + PATIENCE;
        const { id } = flow.sendMessage('hello');
        await until(() => recordOf(flow, id)?.status === 'undeliverable', end);
        expect(recordOf(flow, id)?.code).toBe(404);
        stranger.connect();
        await until(() => stranger.getStatus().state === 'closed', end);
      } finally {
        flow.terminate();
        stranger.disconnect();
        await ana.proxy.close();
      }
    },
  );

  it.skipIf(!kind.isInstalled)('B265 two pages with one saved session both come online', async () => {
    const ana = await newAccount(server, 'ana');
    let saved: string | undefined;
    const tab = (): SessionStore => {
      let own = saved;
      return {
        load: () => own,
        save(session) {
          own = session;
          saved ??= session;
          if (session?.includes('resumable') === true) saved = session;
        },
      };
    };
    const first = createXmppTransport({ ...ana.options, session: tab() });
    first.connect();
    const end = Date.now() + PATIENCE;
    await until(() => first.getStatus().state === 'online' && saved?.includes('resumable') === true, end);
    const second = createXmppTransport({ ...ana.options, session: tab() });
    let changes = 0;
    for (const transport of [first, second]) transport.subscribe(() => void (changes += 1));
    second.connect();
    try {
      let quietSince = Date.now();
      let before = -1;
      await until(() => {
        if (changes !== before) [before, quietSince] = [changes, Date.now()];
        const online = first.getStatus().state === 'online' && second.getStatus().state === 'online';
        return online && Date.now() - quietSince > 4_000;
      }, end);
      expect(changes).toBeLessThan(20);
    } finally {
      first.disconnect();
      second.disconnect();
      await ana.proxy.close();
    }
  });
});
