import type { ChannelEvent, Channel, Transport, TransportFailure } from '@imflow/core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findKamailio, type Kamailio, startKamailio } from '../test/server/kamailio.mjs';
import { newAccount } from '../test/accounts.ts';
import { outgoing } from '../test/setUp.ts';
import { freeUdpPort, hasSipp, runSipp } from '../test/sipp.ts';
import { uriOf } from './address.ts';
import { createSipTransport } from './index.ts';

const missing = findKamailio() === undefined || !hasSipp();
if (missing)
  process.stderr.write('SKIPPED: no Kamailio or no SIPp. Install them with: node tools/ensure.mjs kamailio\n');

const PHONE = 'sip:phone@sip.test';

/** What SIPp expects, and answers. */
function receive(code: number, checks: Readonly<Record<string, string>> = {}, method = 'MESSAGE', extra = ''): string {
  const eregs = Object.entries(checks).map(
    ([header, pattern], index) =>
      `<ereg regexp="${pattern}" search_in="hdr" header="${header}:" check_it="true" assign_to="${index + 1}"/>`,
  );
  const references = eregs.length === 0 ? '' : `<Reference variables="${eregs.map((_, at) => at + 1).join(',')}"/>`;
  return `<recv request="${method}" timeout="10000"><action>${eregs.join('')}</action></recv>
<send><![CDATA[
SIP/2.0 ${code} Whatever
[last_Via:]
[last_From:]
[last_To:];tag=sipp
[last_Call-ID:]
[last_CSeq:]
${extra}Content-Length: 0

]]></send>${references}`;
}

/** What SIPp sends, and the code that it expects. */
function send(to: string, port: number, type: string, body: string, code: number): string {
  return `<send><![CDATA[
MESSAGE ${to} SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:${port};branch=[branch]
From: <${PHONE}>;tag=[call_number]
To: <${to}>
Call-ID: [call_id]
CSeq: 1 MESSAGE
Max-Forwards: 70
Content-Type: ${type}
Content-Length: [len]

${body}
]]></send>
<recv response="100" optional="true"/>
<recv response="${code}" timeout="10000"/>`;
}

function register(port: number): string {
  const request = (cseq: number, extra: string): string => `<send><![CDATA[
REGISTER sip:sip.test SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:${port};branch=[branch]
From: <${PHONE}>;tag=1
To: <${PHONE}>
Call-ID: [call_id]
CSeq: ${cseq} REGISTER
Max-Forwards: 70
Contact: <sip:phone@127.0.0.1:${port}>
Expires: 300
${extra}Content-Length: 0

]]></send>`;
  return `${request(1, '')}<recv response="401" auth="true"/>
${request(2, '[authentication username=phone password=phonepw]\n')}<recv response="200"/>`;
}

describe.skipIf(missing)('with SIPp on the UDP side', { timeout: 30_000 }, () => {
  let server: Kamailio;
  let port: number;
  let ana: Transport;
  let channel: Channel;
  let closeProxy: () => Promise<void>;
  const events: ChannelEvent[] = [];

  beforeAll(async () => {
    server = await startKamailio();
    port = await freeUdpPort();
    expect(await (await runSipp(register(port), port, server.port)).status).toBe(0);
    const { options, proxy } = await newAccount(server, 'ana');
    closeProxy = proxy.close;
    ana = createSipTransport(options);
    channel = ana.openChannel(PHONE, (event) => events.push(event));
    ana.connect();
    await vi.waitUntil(() => ana.getStatus().state === 'online', { timeout: 10_000 });
  }, 60_000);
  afterAll(async () => {
    ana.disconnect();
    await server.stop();
    await closeProxy();
  });

  it('a message arrives byte for byte, and so do typing and a notification', async () => {
    const phone = await runSipp(receive(200, { 'Content-Type': 'message/cpim' }), port, server.port);
    expect(await channel.send(outgoing('m1', 'zażółć\r\n<&> 👍\n'))).toEqual({ outcome: 'delivered' });
    expect(await phone.status).toBe(0);
    const [request = ''] = phone.received();
    expect(request).toMatch(/^MESSAGE sip:phone@127\.0\.0\.1:\d+ SIP\/2\.0\r\n/);
    expect(request).toContain('\r\nCall-ID: m1\r\n');
    const body = request.slice(request.indexOf('\r\n\r\n') + 4);
    expect(body).toBe(
      `From: <${uriOf(ana.localAddress)}>\r\nTo: <${PHONE}>\r\nDateTime: 1970-01-01T00:00:01.000Z\r\n` +
        'NS: imdn <urn:ietf:params:imdn>\r\nimdn.Message-ID: m1\r\n' +
        'imdn.Disposition-Notification: positive-delivery, negative-delivery, display\r\n\r\n' +
        'Content-Type: text/plain\r\nContent-Length: 21\r\n\r\nzażółć\r\n<&> 👍\n',
    );
    expect(request).toContain(`\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`);

    const typing = await runSipp(receive(200, { Expires: '0' }), port, server.port);
    await channel.sendComposing({ state: 'composing', refresh: 60_000, frameSequence: { session: 's', sequence: 2 } });
    expect(await typing.status).toBe(0);
    expect(typing.received()[0]).toContain(
      '\r\n\r\n<?xml version="1.0" encoding="UTF-8"?>\n<isComposing xmlns="urn:ietf:params:xml:ns:im-iscomposing">' +
        '<state>active</state><refresh>60</refresh></isComposing>',
    );

    const notified = await runSipp(receive(200, { 'Content-Type': 'message/imdn' }), port, server.port);
    await channel.sendNotification({ messageId: 'm9', outcome: 'failed', code: 486 });
    expect(await notified.status).toBe(0);
    expect(notified.received()[0]).toMatch(/<message-id>m9<\/message-id>.*<delivery-notification><status><failed\/>/s);
  });

  it.each([
    [202, { outcome: 'accepted' }],
    [486, 486],
    [603, 603],
  ])('the response %i decides the outcome of a message', async (code, expected) => {
    const phone = await runSipp(receive(code), port, server.port);
    const outcome = await channel.send(outgoing(`answered-${code}`)).catch((error: TransportFailure) => error.code);
    expect(outcome).toEqual(expected);
    expect(await phone.status).toBe(0);
  });

  it('the response to a plain message is deferred until its report; other requests are answered at once', async () => {
    const from = async (type: string, body: string, code: number): Promise<number> => {
      const own = await freeUdpPort();
      return (await runSipp(send(uriOf(ana.localAddress), own, type, body, code), own, server.port)).status;
    };
    const before = events.length;
    const plain = from('text/plain', 'hello', 486);
    await expect.poll(() => events.length, { timeout: 10_000 }).toBe(before + 1);
    const [event] = events.slice(before);
    if (event?.type !== 'message') throw new Error('no message');
    // SIPp ends each line of a body, the last one too.
    expect(event.message).toMatchObject({ sender: PHONE, contentType: 'text/plain', responsePending: true });
    expect(event.message.body.trimEnd()).toBe('hello');
    await channel.sendNotification({
      messageId: event.message.messageId,
      outcome: 'failed',
      code: 486,
      asResponse: true,
    });
    expect(await plain).toBe(0);
    expect(await from('message/cpim', 'From: x', 400)).toBe(0);
    expect(await from('message/imdn+xml', '<imdn/>', 400)).toBe(0);
    expect(await from('application/im-iscomposing+xml', '<isComposing><state>active</state></isComposing>', 200)).toBe(
      0,
    );
    const imdn = 'imdn.Message-ID: a1\nimdn.Disposition-Notification: positive-delivery';
    const cpim = `NS: imdn <urn:ietf:params:imdn>\n${imdn}\n\nContent-Type: text/plain\n\nhi`;
    const asking = from('message/cpim', cpim, 202);
    await expect.poll(() => events.at(-1)?.type, { timeout: 10_000 }).toBe('message');
    channel.acknowledge?.('a1');
    expect(await asking).toBe(0);
    expect(events.at(-1)).toMatchObject({
      type: 'message',
      message: { messageId: 'a1', requestedReceipts: { delivered: true } },
    });
  });

  it('B343 a phone that shows any body receives no operation, also beside a device that supports operations', async () => {
    const operation = { id: 'o1', target: 'm1', sequence: 1, attempt: 1, kind: 'retract' } as const;
    const asked = await runSipp(receive(200, {}, 'OPTIONS', 'Accept: */*\n'), port, server.port);
    await expect(channel.sendOperation?.(operation)).rejects.toMatchObject({ code: 415, retryable: false });
    expect(await asked.status).toBe(0);
    expect(asked.received()).toHaveLength(1);

    const { options, proxy } = await newAccount(server, 'beside');
    const beside = createSipTransport({ ...options, address: PHONE, password: 'phonepw' });
    const received: ChannelEvent[] = [];
    const its = beside.openChannel(uriOf(ana.localAddress), (event) => {
      received.push(event);
      if (event.type === 'operation') its.acknowledge?.(event.operation.id);
    });
    beside.connect();
    await vi.waitUntil(() => beside.getStatus().state === 'online', { timeout: 10_000 });
    await its.sendComposing({ state: 'composing', frameSequence: { session: 's', sequence: 1 } });
    const phone = await runSipp(receive(420, { Require: 'imflow.operations' }), port, server.port);
    expect(await channel.sendOperation?.(operation)).toEqual({ outcome: 'accepted' });
    expect(await phone.status).toBe(0);
    expect(received).toMatchObject([{ type: 'operation', operation: { id: 'o1', kind: 'retract' } }]);
    beside.disconnect();
    await vi.waitUntil(() => beside.getStatus().state === 'offline', { timeout: 10_000 });
    await proxy.close();
  });

  // The last one: from here on Ana knows that the phone has no CPIM, and no typing.
  it('a client that refuses CPIM and typing receives plain text', async () => {
    const both = await runSipp(receive(415) + receive(200, { 'Content-Type': 'text/plain' }), port, server.port);
    const plain = { outcome: 'delivered', notificationExpected: false };
    expect(await channel.send(outgoing('m2', 'hello'))).toEqual(plain);
    expect(await both.status).toBe(0);
    expect(both.received()[1]).toMatch(/\r\nCall-ID: m2\r\n.*\r\n\r\nhello$/s);
    const typing = await runSipp(receive(415), port, server.port);
    await expect(
      channel.sendComposing({ state: 'composing', frameSequence: { session: 's', sequence: 3 } }),
    ).rejects.toMatchObject({ code: 415 });
    expect(await typing.status).toBe(0);
  });
});
