import { type Clock, createInstantMessagingFlow, type InstantMessagingFlow, systemClock } from '@imflow/core';
import { createSeededRandom } from '@imflow/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findKamailio, type Kamailio, startKamailio } from '../test/server/kamailio.mjs';
import { newAccount } from '../test/accounts.ts';
import { createSipTransport } from './index.ts';

/** Messages of both sides together; `SIP_SOAK_MESSAGES` for more. */
const MESSAGES = Number(process.env['SIP_SOAK_MESSAGES'] ?? 60);
/** The number of messages after which a connection is reset. */
const KILL_AFTER = 6;
/**
 * How much faster the clock runs: a request that was forwarded to a broken connection gets no response for half a
 * minute.
 */
const HASTE = 10;

/** The time of the system, running faster. */
const clock: Clock = {
  now: () => systemClock.now() * HASTE,
  setTimer: (callback, delay) => systemClock.setTimer(callback, delay / HASTE),
};

describe.skipIf(findKamailio() === undefined)('two engines on Kamailio, whose connections are reset', () => {
  let server: Kamailio;
  beforeAll(async () => {
    server = await startKamailio();
  }, 30_000);
  afterAll(() => server.stop());

  it.each([
    ['with CPIM', true],
    ['in plain text, with deferred responses', false],
  ])('B115 B116 every message arrives once and in order, and its sender receives the outcome, %s', async (_, cpim) => {
    const random = createSeededRandom(1);
    const accounts = [await newAccount(server, 'ana'), await newAccount(server, 'bo')] as const;
    const flows = accounts.map(({ options }, index) =>
      createInstantMessagingFlow({
        transport: createSipTransport({ ...options, cpim, clock, maxReconnectDelay: 1_000, requestTimeout: 60_000 }),
        remote: accounts[1 - index]?.options.address ?? '',
        clock,
        // The transport times out first, and the engine then sends the message again.
        template: { maxSendAttempts: 1_000, sendTimeout: 120_000 },
      }),
    ) as [InstantMessagingFlow, InstantMessagingFlow];
    const received: [string[], string[]] = [[], []];
    const sent: [string[], string[]] = [[], []];
    flows.forEach((flow, index) => {
      flow.on('messageReceived', ({ message }) => received[index as 0 | 1].push(message.body));
      flow.start();
    });
    try {
      for (let index = 0; index < MESSAGES; index += 1) {
        const from = random.next() < 0.5 ? 0 : 1;
        sent[from].push(`message ${index}`);
        flows[from].sendMessage(`message ${index}`);
        await new Promise((resolve) => setTimeout(resolve, random.next() * 20));
        if (index % KILL_AFTER === KILL_AFTER - 1) accounts[random.next() < 0.5 ? 0 : 1].proxy.kill();
      }
      const statuses = (): string[] =>
        flows.flatMap((flow) =>
          Array.from(flow.messages.order, (id) => flow.messages.get(id))
            .filter((record) => record?.direction === 'outgoing')
            .map((record) => record?.status ?? ''),
        );
      await vi.waitUntil(() => statuses().every((status) => status === 'delivered'), { timeout: 50_000 });
      expect(received).toEqual([sent[1], sent[0]]);
    } finally {
      for (const flow of flows) flow.terminate();
      for (const { proxy } of accounts) await proxy.close();
    }
  });
});
