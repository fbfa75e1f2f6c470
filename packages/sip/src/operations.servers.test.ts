import { createInstantMessagingFlow, type InstantMessagingFlow, type MessageRecord } from '@imflow/core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { newAccount } from '../test/accounts.ts';
import { findKamailio, type Kamailio, startKamailio } from '../test/server/kamailio.mjs';
import { createSipTransport } from './index.ts';

describe.skipIf(findKamailio() === undefined)('operations over SIP, on Kamailio', { timeout: 20_000 }, () => {
  let server: Kamailio;
  beforeAll(async () => {
    server = await startKamailio();
  }, 30_000);
  afterAll(() => server.stop());

  /** Ana and Bo, online, in a conversation with each other. */
  async function meet(bosCpim: boolean): Promise<readonly [InstantMessagingFlow, InstantMessagingFlow]> {
    const accounts = [await newAccount(server, 'ana'), await newAccount(server, 'bo')] as const;
    const [anas, bos] = accounts;
    const transports = [
      createSipTransport(anas.options),
      createSipTransport({ ...bos.options, cpim: bosCpim }),
    ] as const;
    const [ana, bo] = [
      createInstantMessagingFlow({ transport: transports[0], remote: transports[1].localAddress }),
      createInstantMessagingFlow({ transport: transports[1], remote: transports[0].localAddress }),
    ] as const;
    onTestFinished(async () => {
      for (const flow of [ana, bo]) flow.terminate();
      for (const { proxy } of accounts) await proxy.close();
    });
    for (const flow of [ana, bo]) {
      flow.on('messageReceived', () => {});
      flow.start();
    }
    await vi.waitUntil(() => [ana, bo].every((flow) => flow.store.getState().connection === 'online'), 10_000);
    return [ana, bo];
  }

  function recordAt(flow: InstantMessagingFlow, id: string): MessageRecord | undefined {
    return flow.messages.get(id);
  }

  it('B343 two imflow clients edit, react, reply and retract, with ticks for each text', async () => {
    const [ana, bo] = await meet(true);
    const { id } = ana.sendMessage('helo');
    await vi.waitUntil(() => recordAt(bo, id) !== undefined && ana.operations.edit === 'any', 10_000);
    await vi.waitUntil(() => bo.operations.react === 'many', 10_000);

    ana.editMessage(id, 'hello');
    await vi.waitUntil(() => recordAt(bo, id)?.body === 'hello', 10_000);
    await vi.waitUntil(() => recordAt(ana, id)?.status === 'delivered', 10_000);
    bo.markDisplayed(id);
    await vi.waitUntil(() => recordAt(ana, id)?.status === 'displayed', 10_000);

    bo.react(id, ['👍']);
    await vi.waitUntil(() => recordAt(ana, id)?.reactions?.[0]?.emojis[0] === '👍', 10_000);

    const reply = bo.sendMessage('hi', { replyTo: id });
    await vi.waitUntil(() => recordAt(ana, reply.id)?.replyTo?.excerpt === 'hello', 10_000);

    ana.retractMessage(id);
    await vi.waitUntil(() => recordAt(bo, id)?.retracted !== undefined, 10_000);
    expect(recordAt(bo, id)).toMatchObject({ body: '' });
    expect(recordAt(bo, reply.id)?.replyTo?.excerpt).toBe('');
  });

  it('B343 a participant whose client has no operations receives only messages, and the call is refused', async () => {
    const [ana, bo] = await meet(false);
    const { id, settled } = ana.sendMessage('helo');
    expect(await settled).toMatchObject({ status: 'delivered' });
    expect(ana.operations).toEqual({});
    expect(await ana.editMessage(id, 'hello').settled).toMatchObject({ code: 'unsupported' });
    expect(() => ana.sendMessage('well?', { replyTo: id })).toThrow('reply');
    expect(recordAt(ana, id)?.body).toBe('helo');
    expect(Array.from(bo.messages.order, (each) => recordAt(bo, each)?.body)).toEqual(['helo']);
  });
});
