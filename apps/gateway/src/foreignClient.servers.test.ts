import { createInstantMessagingFlow, type InstantMessagingFlow } from '@imflow/core';
import { createSipTransport } from '@imflow/sip';
import { createXmppTransport } from '@imflow/xmpp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newAccount as newSipAccount } from '../../../packages/sip/test/accounts.ts';
import { newAccount as newXmppAccount } from '../../../packages/xmpp/test/accounts.ts';
import {
  hasSlixmpp,
  type IndependentClient,
  startIndependentClient,
} from '../../../packages/xmpp/test/independentClient.ts';
import { MAX_START, servers } from '../../../packages/xmpp/test/server/servers.ts';
import { findKamailio, type Kamailio, startKamailio } from '../../../packages/sip/test/server/kamailio.mjs';
import type { XmppServer } from '../../../packages/xmpp/test/server/prosody.mjs';
import { createBridge } from './bridge.ts';

/** Long enough for a busy machine. */
const SOON = { timeout: 20_000 };

describe.each(servers)('a client on slixmpp, over $name to Kamailio', { timeout: 60_000 }, (kind) => {
  const missing = !kind.isInstalled || !hasSlixmpp || findKamailio() === undefined;
  let xmpp: XmppServer;
  let kamailio: Kamailio;
  const closing: (() => Promise<void> | void)[] = [];

  beforeAll(async () => {
    if (!missing) [xmpp, kamailio] = await Promise.all([kind.start(), startKamailio()]);
  }, MAX_START);
  afterAll(async () => {
    for (const close of closing) await close();
    await Promise.all([xmpp?.stop(), kamailio?.stop()]);
  });

  /** Bo uses the other client. Ana is on SIP, and displays each message. */
  async function talk(
    cpim: boolean,
  ): Promise<{ bo: IndependentClient; ana: InstantMessagingFlow; receivedBodies: string[] }> {
    const [left, right] = [await newXmppAccount(xmpp, 'gateway'), await newSipAccount(kamailio, 'gateway')];
    const anas = await newSipAccount(kamailio, 'ana');
    const bos = await xmpp.addUser(`foreign${left.options.address.replace(/@.*/, '')}`, 'secret');
    const bridge = createBridge({
      sides: [
        { transport: createXmppTransport(left.options), remote: bos },
        { transport: createSipTransport({ ...right.options, cpim }), remote: anas.options.address },
      ],
    });
    const ana = createInstantMessagingFlow({
      transport: createSipTransport({ ...anas.options, cpim }),
      remote: right.options.address,
    });
    const receivedBodies: string[] = [];
    ana.on('messageReceived', ({ message }) => {
      receivedBodies.push(message.body);
      ana.markDisplayed(message.id);
    });
    ana.start();
    const bo = await startIndependentClient(xmpp, bos, 'secret', left.options.address);
    closing.push(async () => {
      bo.stop();
      bridge.stop();
      ana.terminate();
      await Promise.all([left, right, anas].map(({ proxy }) => proxy.close()));
    });
    await vi.waitUntil(() => ana.store.getState().connection === 'online' && bridge.isOnline, SOON);
    return { bo, ana, receivedBodies };
  }

  it.skipIf(missing).each([true, false])(
    'B263 messages arrive in both directions, and their receipts return (CPIM: %s)',
    async (cpim) => {
      const { bo, ana, receivedBodies } = await talk(cpim);
      bo.send('say Hello Ana');
      await expect.poll(() => receivedBodies, SOON).toEqual(['Hello Ana']);
      await bo.says(`receipt ${await bo.saysAfter('said Hello Ana as ')}`);
      const { settled } = ana.sendMessage('Hello Bo');
      await bo.says('message Hello Bo');
      expect(await settled).toMatchObject({ deliveryFailures: [] });
    },
  );

  it.skipIf(missing).each([true, false])(
    'B263 the client receives an error for each message when the other side is gone (CPIM: %s)',
    async (cpim) => {
      const { bo, ana, receivedBodies } = await talk(cpim);
      bo.send('say Hello Ana');
      await expect.poll(() => receivedBodies, SOON).toEqual(['Hello Ana']);
      ana.terminate();
      await expect
        .poll(async () => {
          bo.send('say Are you there?');
          return bo.saysAfter('error ').catch(() => '');
        }, SOON)
        .toMatch(/ wait recipient-unavailable here$/);
    },
  );

  it.skipIf(missing)('B263 the client receives an error when its message is too large for the other side', async () => {
    const { bo, receivedBodies } = await talk(true);
    bo.send(`say ${'x'.repeat(70_000)}`);
    expect(await bo.saysAfter('error ')).toMatch(/ modify policy-violation here$/);
    bo.send('say short');
    await expect.poll(() => receivedBodies, SOON).toEqual(['short']);
  });
});
