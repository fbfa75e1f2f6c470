import { createFakeTransport, createVirtualClock } from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { createSendingFlow } from '../../test/testFlow.ts';
import { createInstantMessagingFlow } from '../engine/createInstantMessagingFlow.ts';

describe('a transport that limits the size of a body', () => {
  it('B395 a transport measures a body as its network counts it', async () => {
    const measureBody = (body: string): number => body.replaceAll('&', '&amp;').length;
    const { flow } = await createSendingFlow({ fake: { capabilities: { maxMessageBytes: 10, measureBody } } });
    expect(() => flow.sendMessage('&&&')).toThrow('body has 15 bytes, but the transport accepts at most 10.');
    flow.sendMessage('0123456789');
    expect(flow.messages.order).toHaveLength(1);
  });

  it('B395 the limit of a transport can become known with the connection', () => {
    let limit = Infinity;
    const fake = createFakeTransport();
    const capabilities = {
      ...fake.capabilities,
      get maxMessageBytes() {
        return limit;
      },
    };
    const transport = { ...fake, capabilities };
    const flow = createInstantMessagingFlow({ transport, remote: 'bo', clock: createVirtualClock() });
    flow.start();
    limit = 8_000;
    fake.setStatus({ state: 'offline' });
    fake.setStatus({ state: 'online' });
    expect(flow.store.getState().maxMessageBytes).toBe(8_000);
  });
});
