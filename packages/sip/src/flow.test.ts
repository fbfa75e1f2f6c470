import { createInstantMessagingFlow, type InstantMessagingFlow, type InstantMessagingFlowTemplate } from '@imflow/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as captures from '../test/captures.ts';
import { codesOf, header, message, requestsOf, response, type ScriptedServer } from '../test/scriptedServer.ts';
import { BO, setUp } from '../test/setUp.ts';

/** A flow with Bo over a scripted server, online. */
async function openFlow(template: InstantMessagingFlowTemplate = {}) {
  const { clock, server, transport } = setUp();
  const flow: InstantMessagingFlow = createInstantMessagingFlow({ transport, remote: BO, clock, template });
  flow.on('messageReceived', () => {});
  flow.start();
  await clock.advance(0);
  onTestFinished(() => flow.terminate());
  return { clock, server, flow };
}

function bodiesOf(server: ScriptedServer, type: string): string[] {
  return requestsOf(server, 'MESSAGE')
    .filter((request) => header(request, 'content-type') === type || request.body.includes(`Content-Type: ${type}`))
    .map(({ body }) => body);
}

const IS_COMPOSING = 'application/im-iscomposing+xml';
const IMDN = 'message/imdn+xml';
const PROXIED = { messageConsumptionMode: 'proxied-to-remote-entity' } as const;

describe('a flow over SIP', () => {
  it('B20 composing is refreshed as often as it was announced: every 60 s', async () => {
    const { clock, server, flow } = await openFlow({ composingTimeout: 30_000 });
    const sentAt: number[] = [];
    for (let second = 0; second < 150; second += 1) {
      const before = bodiesOf(server, IS_COMPOSING).length;
      if (second % 10 === 0) flow.setLocalComposingState('composing');
      await clock.advance(1_000);
      if (bodiesOf(server, IS_COMPOSING).length > before) sentAt.push(second + 1);
    }
    expect(sentAt).toEqual([1, 60, 120]);
    expect(bodiesOf(server, IS_COMPOSING)[0]).toContain('<refresh>60</refresh>');
  });

  it('B37 no composing is sent after a response 415', async () => {
    const { clock, server, flow } = await openFlow();
    server.answer = (request) => response(request, '415 Unsupported Media Type');
    for (let round = 0; round < 3; round += 1) {
      flow.setLocalComposingState('composing');
      await clock.advance(120_000);
    }
    expect(bodiesOf(server, IS_COMPOSING)).toHaveLength(1);
  });

  it('B88 a message that requests notifications gets one for each outcome, and a notification gets none', async () => {
    const { clock, server, flow } = await openFlow();
    server.say(message(captures.cpimText, { type: 'message/cpim' }));
    await clock.advance(1_000);
    flow.markDisplayed('WsiEhIznNXKf');
    await clock.advance(1_000);
    for (const body of [captures.cpimDelivered, captures.cpimDisplayed]) {
      server.say(message(body, { type: 'message/cpim' }));
    }
    await clock.advance(60_000);
    const [delivered, displayed, ...more] = bodiesOf(server, IMDN);
    expect(delivered).toContain('<delivered/>');
    expect(displayed).toContain('<displayed/>');
    expect(more).toEqual([]);
    expect(codesOf(server)).toEqual([202, 200, 200]);
  });

  it('B100 in proxied mode, a message that requests a notification is accepted at once and notified when the application reports', async () => {
    const { clock, server, flow } = await openFlow(PROXIED);
    server.say(message(captures.cpimText, { type: 'message/cpim' }));
    await clock.advance(10_000);
    expect(codesOf(server)).toEqual([202]);
    expect(bodiesOf(server, IMDN)).toEqual([]);
    flow.sendFailureDeliveryNotification('WsiEhIznNXKf', 486);
    await clock.advance(0);
    expect(bodiesOf(server, IMDN)).toHaveLength(1);
    expect(bodiesOf(server, IMDN)[0]).toContain('<failed/>');
    expect(flow.store.getState().pendingDeliveryReports).toBe(0);
  });

  it('B101 B106 in proxied mode, the response to a message without requests is deferred until the report or the deadline', async () => {
    const { clock, server, flow } = await openFlow(PROXIED);
    for (const id of ['m1', 'm2', 'm3']) server.say(message('hello', { id }));
    await clock.advance(10_000);
    expect(codesOf(server)).toEqual([]);
    flow.sendSuccessDeliveryNotification('m2');
    flow.sendFailureDeliveryNotification('m1', 486);
    await clock.advance(15_000);
    expect(codesOf(server)).toEqual([200, 486, 408]);
    expect(bodiesOf(server, IMDN)).toEqual([]);
  });

  it('B96 with receipts switched off, a plain message is accepted without a notification', async () => {
    const { clock, server } = await openFlow({ notify: { delivered: false } });
    server.say(message('hello'));
    await clock.advance(0);
    expect(codesOf(server)).toEqual([202]);
  });

  it('B91 an unsupported content type is refused by the response, or by a notification', async () => {
    const { clock, server } = await openFlow({ supportedFormats: ['text/html'], unsupportedFormat: 'refuse' });
    server.say(message('hello'));
    server.say(message(captures.cpimText, { type: 'message/cpim' }));
    await clock.advance(0);
    expect(new Set(codesOf(server))).toEqual(new Set([202, 415]));
    expect(bodiesOf(server, IMDN)[0]).toContain('code="415"');
  });

  it('a blocked sender receives the response for an absent user', async () => {
    const { clock, server } = await openFlow({ trust: () => 'blocked' });
    server.say(message('hello'));
    await clock.advance(0);
    expect(codesOf(server)).toEqual([480]);
  });
});
