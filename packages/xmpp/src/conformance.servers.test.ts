import type { Transport } from '@imflow/core';
import { transportConformance } from '@imflow/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { XmppServer } from '../test/server/prosody.mjs';
import { newAccount } from '../test/accounts.ts';
import { MAX_START, servers } from '../test/server/servers.ts';
import { until } from '../test/soak.ts';
import { createXmppTransport } from './index.ts';

/** After this time without data, nothing is in transit, in ms. */
const SILENCE = 60;
const PATIENCE = 10_000;

describe.each(servers)('the XMPP transport conforms, on $name', { timeout: 20_000 }, ({ isInstalled, start }) => {
  let server: XmppServer;
  beforeAll(async () => {
    if (isInstalled) server = await start();
  }, MAX_START);
  afterAll(() => server?.stop());

  const suite = transportConformance(async () => {
    const accounts = [await newAccount(server, 'ana'), await newAccount(server, 'bo')];
    const [ana, bo] = accounts.map(({ options }): Transport => createXmppTransport(options)) as [Transport, Transport];
    const proxyOf = (address: string) => accounts.find(({ options }) => options.address === address)?.proxy;
    return {
      ana,
      bo,
      // An ejabberd that is sending a stanza to a connection that is cut blocks the session for 15 s.
      async settle() {
        await new Promise((resolve) => setTimeout(resolve, SILENCE));
        await until(() => accounts.every(({ proxy }) => proxy.silence() >= SILENCE), Date.now() + PATIENCE);
      },
      cut: (address) => proxyOf(address)?.cut(),
      restore: (address) => proxyOf(address)?.restore(),
      close: async () => {
        for (const { proxy } of accounts) await proxy.close();
      },
    };
  });
  for (const { name, run } of suite) it.skipIf(!isInstalled)(name, run);
});
