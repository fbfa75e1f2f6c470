import { createInstantMessagingFlow } from '@imflow/core';
import { createVirtualClock } from '@imflow/testing';
import { expect, it, onTestFinished } from 'vitest';
import { codesOf, message, requestsOf, response } from '../test/scriptedServer.ts';
import { BO, setUp } from '../test/setUp.ts';
import { OPERATION_TAG } from './codecs/operation.ts';
import { createSipTransport } from './index.ts';

it.each([
  ['20 kB of Latin letters', 'x'.repeat(20_000), 20_000],
  ['5 000 Japanese characters, of 3 bytes each', '漢'.repeat(5_000), 15_000],
  ['a text of one byte more than the limit', `${'x'.repeat(13_999)}é`, 14_001],
])('B303 a flow over SIP refuses %s at the call, and reports its limits beforehand', (_, text, bytes) => {
  const transport = createSipTransport({ server: 'wss://example.com', address: 'ana@example.com', password: 'x' });
  const flow = createInstantMessagingFlow({ transport, remote: 'bo@example.com', clock: createVirtualClock() });
  expect(flow.store.getState().maxMessageBytes).toBe(14_000);
  expect(() => flow.sendMessage(text)).toThrow(`body has ${bytes} bytes, but the transport accepts at most 14000.`);
});

it('B302 a flow over SIP writes both participants in the canonical form of their addresses', () => {
  const transport = createSipTransport({ server: 'wss://a', address: 'SIP:Ana@Example.COM:5060', password: 'x' });
  const flow = createInstantMessagingFlow({ transport, remote: 'sip:Fin@LocalHost', clock: createVirtualClock() });
  expect([transport.localAddress, flow.remote]).toEqual(['Ana@example.com', 'Fin@localhost']);
});

it('B387 all spellings of an internationalised host lead to one conversation, and requests contain its A-labels', async () => {
  const { clock, server, transport, online } = setUp({ address: 'ana@BÜCHER.example' });
  const flow = createInstantMessagingFlow({ transport, remote: 'bo@bücher.example', clock });
  onTestFinished(() => flow.terminate());
  const received: string[] = [];
  flow.on('messageReceived', (event) => received.push(event.message.sender));
  flow.start();
  await online();
  const said = ['bo@xn--bcher-kva.example', 'bo@XN--bcher-KVA.Example.', 'bo@b%C3%BCcher.example'];
  for (const [at, address] of said.entries()) {
    server.say(message('hello', { id: `m${at}` }).replaceAll(BO, `sip:${address}`));
  }
  await clock.advance(100);
  // A host has no escapes (RFC 3261, section 25.1), so that the last address has a different host.
  expect(codesOf(server)).toEqual([200, 200, 480]);
  expect(received).toEqual(['bo@xn--bcher-kva.example', 'bo@xn--bcher-kva.example']);
  flow.sendMessage('hello');
  await clock.advance(100);
  expect(requestsOf(server, 'MESSAGE').map(({ startLine }) => startLine)).toEqual([
    'MESSAGE sip:bo@xn--bcher-kva.example SIP/2.0',
  ]);
  expect(requestsOf(server, 'REGISTER')[0]?.startLine).toBe('REGISTER sip:xn--bcher-kva.example SIP/2.0');
});

it.each([
  ['line breaks and quotes', '"\n'.repeat(4_000), 16_000],
  ['control characters', `x${'\u0001'.repeat(2_500)}`, 15_001],
  ['a lone surrogate', `${'x'.repeat(13_999)}\uD83D`, 14_002],
])('B388 the size of a text over SIP is that of its edit, which escapes %s', (_, text, bytes) => {
  const { transport, clock } = setUp();
  const flow = createInstantMessagingFlow({ transport, remote: BO, clock });
  expect(() => flow.sendMessage(text)).toThrow(`body has ${bytes} bytes, but the transport accepts at most 14000.`);
});

it('B388 the size of a text over SIP is its own where there are no edits', () => {
  expect(setUp({ cpim: false }).transport.capabilities.measureBody).toBeUndefined();
});

it('B388 the longest edit that a flow over SIP accepts is sent', async () => {
  const { server, transport, channel, online } = setUp();
  await online();
  server.answer = (request) => response(request, '200 OK', [`Supported: ${OPERATION_TAG}`]);
  const body = '"'.repeat(7_000);
  expect(transport.capabilities.measureBody?.(body)).toBe(transport.capabilities.maxMessageBytes);
  const edit = { id: 'e'.repeat(100), target: 'm'.repeat(100), sequence: 1_764_000_000_000, attempt: 1 };
  await channel.sendOperation?.({ ...edit, kind: 'edit', contentType: 'text/plain', body });
  expect(requestsOf(server, 'MESSAGE')).toHaveLength(1);
});
