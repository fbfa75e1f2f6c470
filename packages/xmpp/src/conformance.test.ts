import type { Transport } from '@imflow/core';
import { transportConformance } from '@imflow/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { hasProsody, type Prosody, startProsody } from '../../../scripts/prosody.mjs';
import { newAccount } from '../test/accounts.ts';
import { xmppTransport } from './index.ts';

describe.skipIf(!hasProsody())('the XMPP transport conforms, on Prosody', { timeout: 20_000 }, () => {
  let server: Prosody;
  beforeAll(async () => {
    server = await startProsody();
  }, 30_000);
  afterAll(() => server.stop());

  const suite = transportConformance(async () => {
    const accounts = [await newAccount(server, 'ana'), await newAccount(server, 'bo')];
    const [ana, bo] = accounts.map(({ options }) => xmppTransport(options)) as [Transport, Transport];
    const proxyOf = (address: string) => accounts.find(({ options }) => options.address === address)?.proxy;
    return {
      ana,
      bo,
      settle: () => new Promise((resolve) => setTimeout(resolve, 60)),
      cut: (address) => proxyOf(address)?.cut(),
      restore: (address) => proxyOf(address)?.restore(),
      close: async () => {
        for (const { proxy } of accounts) await proxy.close();
      },
    };
  });
  for (const { name, run } of suite) it(name, run);
});
