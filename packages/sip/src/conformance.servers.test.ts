import type { Transport } from '@imflow/core';
import { transportConformance } from '@imflow/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { newAccount } from '../test/accounts.ts';
import { findKamailio, type Kamailio, startKamailio } from '../test/server/kamailio.mjs';
import { keyOf } from './address.ts';
import { createSipTransport } from './index.ts';

describe.skipIf(findKamailio() === undefined)('the SIP transport conforms, on Kamailio', { timeout: 20_000 }, () => {
  let server: Kamailio;
  beforeAll(async () => {
    server = await startKamailio();
  }, 30_000);
  afterAll(() => server.stop());

  // Requests are sent one at a time, in order, so that SIP carries no frame sequence; plain text carries no time of
  // sending either.
  describe.each([
    ['with CPIM', true, ['frameSequence']],
    ['in plain text', false, ['frameSequence', 'sentAt']],
  ] as const)('%s', (_, cpim, omits) => {
    const suite = transportConformance(async () => {
      const accounts = [await newAccount(server, 'ana'), await newAccount(server, 'bo')];
      const [ana, bo] = accounts.map(({ options }) => createSipTransport({ ...options, cpim })) as [
        Transport,
        Transport,
      ];
      const proxyOf = (address: string) =>
        accounts.find(({ options }) => keyOf(options.address) === keyOf(address))?.proxy;
      return {
        ana,
        bo,
        omits,
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
});
