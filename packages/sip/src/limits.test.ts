import { createInstantMessagingFlow } from '@imflow/core';
import { createVirtualClock } from '@imflow/testing';
import { expect, it } from 'vitest';
import { createSipTransport } from './index.ts';

it.each([
  ['20 kB of Latin letters', 'x'.repeat(20_000), 20_000],
  ['5 000 Japanese characters, of 3 bytes each', '漢'.repeat(5_000), 15_000],
  ['one byte too many', `${'x'.repeat(13_999)}é`, 14_001],
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
