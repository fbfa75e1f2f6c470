import type { ChannelEvent, IncomingOperation, OutgoingOperation } from '@imflow/core';
import { describe, expect, it } from 'vitest';
import * as captures from '../test/captures.ts';
import { codesOf, header, message, requestsOf, response } from '../test/scriptedServer.ts';
import { BO, outgoing, setUp } from '../test/setUp.ts';
import { decodeCpim, encodeCpim, type RequestedDisposition } from './codecs/cpim.ts';
import { OPERATION_TAG, OPERATION_TYPE } from './codecs/operation.ts';
import { isRequest } from './requests.ts';

const UNDERSTANDS = [`Supported: outbound, ${OPERATION_TAG.toUpperCase()}`];
const ALL = { edit: 'any', retract: true, react: 'many', reply: true };
const HEAD = { target: 'm1', sequence: 7, attempt: 1 };
const EDIT: OutgoingOperation = { ...HEAD, id: 'e1', kind: 'edit', contentType: 'text/plain', body: 'better' };
const ACTS: readonly OutgoingOperation[] = [
  EDIT,
  { ...HEAD, id: 'r1', kind: 'retract' },
  { ...HEAD, id: 'e2', kind: 'react', emojis: ['👍', '🎉'] },
];

/** A conversation with Bo, whose client answers OPTIONS with these headers. */
async function meet(headers: readonly string[], options: Parameters<typeof setUp>[0] = {}) {
  const test = setUp(options);
  await test.online();
  test.server.answer = (request) =>
    header(request, 'cseq').endsWith('OPTIONS')
      ? response(request, '200 OK', headers)
      : response(request, '202 Accepted');
  return test;
}

function operationsOf(events: readonly ChannelEvent[]): readonly IncomingOperation[] {
  return events.flatMap((event) => (event.type === 'operation' ? [event.operation] : []));
}

function inCpim(
  content: unknown,
  requestedReceipts: readonly RequestedDisposition[] = [],
  extra: readonly string[] = [],
) {
  const body = typeof content === 'string' ? content : JSON.stringify(content);
  const head = { messageId: 'o1', requestedReceipts, contentType: OPERATION_TYPE, isNotification: false };
  return message(encodeCpim({ ...head, body }), { type: 'message/cpim', extra });
}

const RETRACTION = { kind: 'retract', target: 'm1', sequence: 1 };

describe('operations over SIP', () => {
  it.each([
    ['a message', () => message('hi', { extra: UNDERSTANDS })],
    ['a notification', () => message(captures.delivered, { type: 'message/imdn+xml', extra: UNDERSTANDS })],
    [
      'a composing notification',
      () => message(captures.composing, { type: 'application/im-iscomposing+xml', extra: ['k: imflow.operations'] }),
    ],
  ])(
    'B343 operations are available once %s of the participant says that their client supports them',
    async (_, said) => {
      const { clock, server, transport, online } = setUp();
      await online();
      expect(transport.capabilities.operations).toEqual(ALL);
      expect(transport.operationsFor?.(BO)).toEqual({});
      server.say(message('hi', { id: 'call-0' }));
      await clock.advance(0);
      expect(transport.operationsFor?.(BO)).toEqual({});
      server.say(said());
      await clock.advance(0);
      expect(transport.operationsFor?.(BO)).toEqual(ALL);
      expect(requestsOf(server, 'OPTIONS')).toEqual([]);
    },
  );

  it('B343 operations are available once the response to a message declares them', async () => {
    const { server, transport, channel } = await meet([]);
    await channel.send(outgoing('m0'));
    expect(transport.operationsFor?.(BO)).toEqual({});
    server.answer = (request) => response(request, '202 Accepted', UNDERSTANDS);
    await channel.send(outgoing('m1'));
    expect(transport.operationsFor?.(BO)).toEqual(ALL);
  });

  it('B343 the transport declares its operations in requests and responses', async () => {
    const { clock, server, channel } = await meet([]);
    await channel.send(outgoing('m0'));
    await channel.sendComposing({ state: 'composing', frameSequence: { session: 's', sequence: 1 } });
    for (const request of requestsOf(server, 'MESSAGE')) expect(header(request, 'Supported')).toBe(OPERATION_TAG);
    server.say(message('hi'));
    server.say(message('', { id: 'call-2' }).replaceAll('MESSAGE', 'OPTIONS'));
    await clock.advance(0);
    await channel.sendNotification({ messageId: 'call-1', outcome: 'delivered', asResponse: true });
    const responses = server.heard.filter((frame) => !isRequest(frame));
    expect(responses.map((each) => header(each, 'Supported'))).toEqual([OPERATION_TAG, OPERATION_TAG]);
    expect(header(responses[0], 'Accept')).toContain(OPERATION_TYPE);
  });

  it.each([[[]], [['Accept: */*', 'Supported: outbound']], [[`Accept: ${OPERATION_TYPE}`]]])(
    'B343 operations are refused without a request where the client answers OPTIONS with %j',
    async (headers) => {
      const { server, transport, channel } = await meet(headers);
      for (const act of ACTS) {
        await expect(channel.sendOperation?.(act)).rejects.toMatchObject({ code: 415, retryable: false });
      }
      expect(requestsOf(server, 'MESSAGE')).toEqual([]);
      expect(transport.operationsFor?.(BO)).toEqual({});
    },
  );

  it.each(['405 Method Not Allowed', '501 Not Implemented'])(
    'B343 operations are refused without a request where the client answers OPTIONS with %s',
    async (status) => {
      const { server, channel } = await meet([]);
      server.answer = (request) => response(request, status);
      await expect(channel.sendOperation?.(EDIT)).rejects.toMatchObject({ code: 415, retryable: false });
      expect(requestsOf(server, 'MESSAGE')).toEqual([]);
    },
  );

  it('B343 operations wait for an absent participant', async () => {
    const { server, channel } = await meet([]);
    server.answer = (request) => response(request, '480 Temporarily Unavailable');
    await expect(channel.sendOperation?.(EDIT)).rejects.toMatchObject({ code: 480, retryable: true });
    expect(requestsOf(server, 'MESSAGE')).toEqual([]);
  });

  it.each(['415 Unsupported Media Type', '488 Not Acceptable Here', '420 Bad Extension'])(
    'B343 operations are unavailable once a client answers one with %s, until it declares them again',
    async (status) => {
      const { clock, server, transport, channel } = await meet(UNDERSTANDS);
      await channel.sendOperation?.(EDIT);
      expect(transport.operationsFor?.(BO)).toEqual(ALL);
      server.answer = (request) => response(request, status);
      await expect(channel.sendOperation?.(EDIT)).rejects.toMatchObject({ code: 415, retryable: false });
      expect(transport.operationsFor?.(BO)).toEqual({});
      server.say(message('hi', { extra: UNDERSTANDS }));
      await clock.advance(0);
      expect(transport.operationsFor?.(BO)).toEqual(ALL);
    },
  );

  it('B343 operations require support, so that no other device of the participant shows one as a text', async () => {
    const { server, channel } = await meet(UNDERSTANDS);
    for (const act of ACTS) await channel.sendOperation?.(act);
    expect(requestsOf(server, 'MESSAGE').map((each) => header(each, 'Require'))).toEqual([
      OPERATION_TAG,
      OPERATION_TAG,
      OPERATION_TAG,
    ]);
    await channel.send(outgoing('m2'));
    expect(header(requestsOf(server, 'MESSAGE')[3], 'Require')).toBe('');
  });

  it.each(ACTS)('B343 an operation arrives as it was sent: $kind', async (act) => {
    const sender = await meet(UNDERSTANDS);
    const result = await sender.channel.sendOperation?.(act);
    const isTicked = act.kind !== 'react';
    expect(result).toEqual({ outcome: 'accepted', ...(isTicked ? {} : { notificationExpected: false }) });
    const [request] = requestsOf(sender.server, 'MESSAGE');
    const { clock, server, events, online, channel } = setUp();
    await online();
    server.say(message(request?.body ?? '', { type: 'message/cpim', extra: [`Require: ${OPERATION_TAG}`] }));
    await clock.advance(0);
    const { attempt: _attempt, ...operation } = act;
    const requestedReceipts = { delivered: isTicked, displayed: isTicked };
    expect(operationsOf(events)).toEqual([{ ...operation, sender: BO, requestedReceipts }]);
    expect(codesOf(server)).toEqual([]);
    channel.acknowledge?.(act.id);
    expect(codesOf(server)).toEqual([202]);
  });

  it('B343 an operation requests the notifications that its sender requests, and no others', async () => {
    const { clock, server, events, online } = setUp();
    await online();
    server.say(inCpim(RETRACTION, ['positive-delivery']));
    await clock.advance(0);
    expect(operationsOf(events)).toMatchObject([{ requestedReceipts: { delivered: true, displayed: false } }]);
  });

  it.each([
    'no JSON',
    'null',
    {},
    { ...RETRACTION, target: undefined },
    { ...RETRACTION, target: 'x'.repeat(2_000) },
    { ...RETRACTION, sequence: undefined },
    { ...RETRACTION, sequence: 1e300 },
    { ...RETRACTION, kind: 'pin' },
    { ...RETRACTION, kind: 'edit', contentType: 'text/plain', body: 7 },
    { ...RETRACTION, kind: 'edit', contentType: '', body: 'x' },
    { ...RETRACTION, kind: 'react', emojis: ['👍', 1] },
  ])('B343 an invalid operation is answered 400: %j', async (content) => {
    const { clock, server, events, online } = setUp();
    await online();
    server.say(inCpim(content));
    await clock.advance(0);
    expect(codesOf(server)).toEqual([400]);
    expect(events).toMatchObject([{ type: 'diagnostic', code: 'sip-malformed' }]);
  });

  it('B343 an operation outside CPIM, without an id, is answered 415', async () => {
    const { clock, server, events, online } = setUp();
    await online();
    server.say(message(JSON.stringify(RETRACTION), { type: OPERATION_TYPE }));
    await clock.advance(0);
    expect(codesOf(server)).toEqual([415]);
    expect(operationsOf(events)).toEqual([]);
  });

  it.each([
    { ...EDIT, kind: 'pin' },
    { ...EDIT, body: undefined },
    { ...EDIT, sequence: Number.NaN },
    { ...EDIT, id: '' },
  ])('B343 an invalid operation of the caller fails with 400: %j', async (act) => {
    const { server, channel } = await meet(UNDERSTANDS);
    await expect(channel.sendOperation?.(act as OutgoingOperation)).rejects.toMatchObject({ code: 400 });
    expect(requestsOf(server, 'MESSAGE')).toEqual([]);
  });

  it('B343 an operation fails with 513 where JSON escapes make it larger than the server accepts', async () => {
    const { server, channel } = await meet(UNDERSTANDS);
    await channel.sendOperation?.({ ...EDIT, body: 'x'.repeat(14_000) });
    const long = { ...EDIT, body: '\n'.repeat(14_000) };
    await expect(channel.sendOperation?.(long)).rejects.toMatchObject({ code: 513, retryable: false });
    expect(requestsOf(server, 'MESSAGE')).toHaveLength(1);
  });

  it('B343 without CPIM, operations are neither available nor sent nor accepted', async () => {
    const { clock, server, transport, channel, events } = await meet(UNDERSTANDS, { cpim: false });
    expect(transport.capabilities.operations).toBeUndefined();
    await expect(channel.sendOperation?.(EDIT)).rejects.toMatchObject({ code: 415, retryable: false });
    await channel.send(outgoing('m0'));
    expect(header(requestsOf(server, 'MESSAGE')[0], 'Supported')).toBe('');
    server.say(inCpim(RETRACTION));
    server.say(inCpim(RETRACTION, [], [`Require: ${OPERATION_TAG}`]));
    await clock.advance(0);
    expect(codesOf(server)).toEqual([415, 420]);
    expect(events).toEqual([]);
  });

  it.each(['MESSAGE', 'OPTIONS'])(
    'a request (%s) that requires an unknown extension is answered 420, which names it',
    async (method) => {
      const { clock, server, events, online } = setUp();
      await online();
      const request = message('hi', { extra: [`Require: ${OPERATION_TAG}, Magic`, 'Require: 100rel'] });
      server.say(request.replaceAll('MESSAGE', method));
      await clock.advance(0);
      expect(codesOf(server)).toEqual([420]);
      expect(header(server.heard.at(-1), 'Unsupported')).toBe('magic, 100rel');
      expect(events).toEqual([]);
    },
  );

  it('B343 a reply names its message in headers that other clients ignore', async () => {
    const { server, channel } = await meet([]);
    const replyTo = { id: 'm1', sender: BO, excerpt: 'Für\r\nElise' };
    await channel.send({ ...outgoing('m2', 'yes'), replyTo });
    const [request] = requestsOf(server, 'MESSAGE');
    const cpim = decodeCpim(request?.body ?? '');
    expect(cpim).toMatchObject({ value: { body: 'yes', contentType: 'text/plain', replyTo } });
    const bos = setUp();
    await bos.online();
    bos.server.say(message(request?.body ?? '', { type: 'message/cpim' }));
    await bos.clock.advance(0);
    expect(bos.messages()).toMatchObject([{ messageId: 'm2', body: 'yes', replyTo }]);
  });

  it('B343 a reply is sent as plain text to a client that refuses CPIM', async () => {
    const { server, channel } = await meet([]);
    server.answer = (request) =>
      response(request, header(request, 'content-type') === 'message/cpim' ? '415 Unsupported Media Type' : '200 OK');
    await channel.send({ ...outgoing('m2', 'yes'), replyTo: { id: 'm1', sender: BO, excerpt: 'well?' } });
    expect(requestsOf(server, 'MESSAGE').at(-1)?.body).toBe('yes');
  });

  it('B343 a reply without an author is a plain message', async () => {
    const { clock, server, messages, online } = setUp();
    await online();
    const lines = ['NS: i <urn:imflow:cpim:1>', 'i.Reply-To: m1', '', 'Content-Type: text/plain', '', 'yes'];
    server.say(message(lines.join('\r\n'), { type: 'message/cpim' }));
    await clock.advance(0);
    expect(messages()).toMatchObject([{ body: 'yes' }]);
    expect(messages()[0]).not.toHaveProperty('replyTo');
  });
});
