import { createInstantMessagingFlow, type InstantMessagingFlow, type MessageRecord } from '@imflow/core';
import { createSipTransport } from '@imflow/sip';
import { createXmppTransport } from '@imflow/xmpp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newAccount as newSipAccount } from '../../../packages/sip/test/accounts.ts';
import { newAccount as newXmppAccount } from '../../../packages/xmpp/test/accounts.ts';
import { findKamailio, type Kamailio, startKamailio } from '../../../packages/sip/test/server/kamailio.mjs';
import { hasProsody, type XmppServer, startProsody } from '../../../packages/xmpp/test/server/prosody.mjs';
import { type Bridge, createBridge } from './bridge.ts';

const missing = findKamailio() === undefined || !hasProsody();
if (missing) process.stderr.write('SKIPPED: the gateway needs both Kamailio and Prosody (node tools/ensure.mjs)\n');

/** Long enough for a busy machine. */
const SOON = { timeout: 20_000 };

interface Person {
  readonly flow: InstantMessagingFlow;
  readonly received: MessageRecord[];
  readonly typing: string[];
}

/** A user on a network, who displays each message. */
function person(flow: InstantMessagingFlow): Person {
  const received: MessageRecord[] = [];
  const typing: string[] = [];
  flow.on('messageReceived', ({ message }) => {
    received.push(message);
    flow.markDisplayed(message.id);
  });
  flow.on('remoteComposingStateChanged', ({ state }) => typing.push(state));
  flow.start();
  return { flow, received, typing };
}

describe.skipIf(missing)('between Prosody and Kamailio', { timeout: 60_000 }, () => {
  let prosody: XmppServer;
  let kamailio: Kamailio;
  const closing: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    [prosody, kamailio] = await Promise.all([startProsody(), startKamailio()]);
  }, 60_000);
  afterAll(async () => {
    for (const close of closing) await close();
    await Promise.all([prosody.stop(), kamailio.stop()]);
  });

  /** Ana on SIP and Bo on XMPP, each talking to an account of the gateway on their own network. */
  async function talk(
    cpim: boolean,
    reportTimeout = 20_000,
  ): Promise<{ ana: Person; bo: Person; bridge: Bridge; diagnostics: string[] }> {
    const [left, right] = [await newXmppAccount(prosody, 'gateway'), await newSipAccount(kamailio, 'gateway')];
    const [bos, anas] = [await newXmppAccount(prosody, 'bo'), await newSipAccount(kamailio, 'ana')];
    const diagnostics: string[] = [];
    const bridge = createBridge({
      sides: [
        { transport: createXmppTransport(left.options), remote: bos.options.address },
        { transport: createSipTransport({ ...right.options, cpim }), remote: anas.options.address },
      ],
      reportTimeout,
      onDiagnostic: ({ code }) => diagnostics.push(code),
    });
    const [bo, ana] = [
      person(createInstantMessagingFlow({ transport: createXmppTransport(bos.options), remote: left.options.address })),
      person(
        createInstantMessagingFlow({
          transport: createSipTransport({ ...anas.options, cpim }),
          remote: right.options.address,
          template: { maxSendAttempts: 1 },
        }),
      ),
    ];
    closing.push(async () => {
      bridge.stop();
      for (const { flow } of [ana, bo]) flow.terminate();
      await Promise.all([left, right, bos, anas].map(({ proxy }) => proxy.close()));
    });
    const isOnline = ({ flow }: Person): boolean => flow.store.getState().connection === 'online';
    await vi.waitUntil(() => isOnline(ana) && isOnline(bo) && bridge.isOnline, SOON);
    return { ana, bo, bridge, diagnostics };
  }

  it.each([
    ['with notifications', true],
    ['in plain text, with deferred responses', false],
  ])('messages arrive in both directions and are delivered and read, %s', async (_, cpim) => {
    const { ana, bo, bridge } = await talk(cpim);
    for (const [from, to, body] of [
      [bo, ana, 'Hello Ana – zażółć'],
      [ana, bo, 'Hello Bo'],
    ] as const) {
      const sent = from.flow.sendMessage(body);
      expect(await sent.settled).toMatchObject({ deliveryFailures: [] });
      expect(to.received.map((message) => message.body)).toEqual([body]);
      expect(['delivered', 'displayed']).toContain(from.flow.messages.get(sent.id)?.status);
      if (cpim) await expect.poll(() => from.flow.messages.get(sent.id)?.status, SOON).toBe('displayed');
    }
    await expect.poll(() => bridge.counts, SOON).toMatchObject({ pending: 0, underWay: 0 });
  });

  it('typing and its end are forwarded in both directions', async () => {
    const { ana, bo } = await talk(true);
    for (const [from, to] of [
      [bo, ana],
      [ana, bo],
    ] as const) {
      from.flow.setLocalComposingState('composing');
      await expect.poll(() => to.typing, SOON).toEqual(['composing']);
      from.flow.setLocalComposingState('idle');
      await expect.poll(() => to.typing, SOON).toEqual(['composing', 'idle']);
    }
  });

  it.each([true, false])('a message to a user who left SIP fails with 480 on XMPP (CPIM: %s)', async (cpim) => {
    const { ana, bo } = await talk(cpim);
    ana.flow.terminate();
    await expect
      .poll(() => bo.flow.sendMessage('Are you there?').settled, SOON)
      .toMatchObject({ status: 'undeliverable', code: 'undeliverable', responseCode: 480 });
  });

  it.each([
    ['a notification', true, 'undeliverable'],
    ['the deferred response', false, 'failed'],
  ])('a message to a user who does not respond on XMPP fails with 408 on SIP, by %s', async (_, cpim, status) => {
    const { ana, bo } = await talk(cpim, 2_000);
    bo.flow.terminate();
    expect(await ana.flow.sendMessage('Are you there?').settled).toMatchObject({ status, responseCode: 408 });
  });

  it('B276 B277 B343 the gateway forwards edits, reactions, replies and retractions in both directions between clients of imflow', async () => {
    const { ana, bo } = await talk(true);
    for (const [from, to] of [
      [bo, ana],
      [ana, bo],
    ] as const) {
      const before = to.received.length;
      const { id } = from.flow.sendMessage('helo');
      await expect.poll(() => from.flow.messages.get(id)?.status, SOON).toBe('displayed');
      const there = to.received[before]?.id ?? '';
      await expect.poll(() => [from.flow.operations.retract, to.flow.operations.react], SOON).toEqual([true, 'many']);
      from.flow.editMessage(id, 'hello');
      await expect.poll(() => to.flow.messages.get(there)?.body, SOON).toBe('hello');
      to.flow.react(there, ['👍']);
      await expect.poll(() => from.flow.messages.get(id)?.reactions?.[0]?.emojis, SOON).toEqual(['👍']);
      const reply = to.flow.sendMessage('hi', { replyTo: there });
      await expect.poll(() => from.received.at(-1)?.replyTo, SOON).toMatchObject({ id, excerpt: 'hello' });
      from.flow.retractMessage(id);
      await expect.poll(() => to.flow.messages.get(there)?.retracted, SOON).toBeDefined();
      expect(to.flow.messages.get(there)?.body).toBe('');
      expect(to.flow.messages.get(reply.id)?.replyTo?.excerpt).toBe('');
    }
  });

  it('B276 B343 an operation that a client of plain SIP does not support is refused, and the message keeps its text', async () => {
    const { ana, bo, diagnostics } = await talk(false);
    const { id } = bo.flow.sendMessage('helo');
    await expect.poll(() => ana.received.map(({ body }) => body), SOON).toEqual(['helo']);
    bo.flow.editMessage(id, 'hello');
    await expect.poll(() => diagnostics, SOON).toEqual(['operation-dropped']);
    await expect.poll(() => bo.flow.messages.get(id), SOON).toMatchObject({ body: 'hello', status: 'sent' });
    const there = ana.received[0]?.id ?? '';
    expect(await ana.flow.react(there, ['👍']).settled).toMatchObject({ code: 'unsupported' });
    expect(ana.flow.messages.get(there)?.body).toBe('helo');
    expect(ana.received).toHaveLength(1);
  });

  it('many messages at once keep their order, and the outcome of each is reported', async () => {
    const { ana, bo, bridge } = await talk(true);
    const bodies = Array.from({ length: 30 }, (_, index) => `message ${index}`);
    const results = await Promise.all(bodies.map((body) => bo.flow.sendMessage(body).settled));
    expect(results.every(({ code }) => code === undefined)).toBe(true);
    expect(ana.received.map(({ body }) => body)).toEqual(bodies);
    await expect.poll(() => bridge.counts.pending, SOON).toBe(0);
  });
});
