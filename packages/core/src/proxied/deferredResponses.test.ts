import type { FakeTransport } from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { createSendingFlow, incoming } from '../../test/testFlow.ts';
import type { OutgoingNotification } from '../ports/transport.ts';

const HELD = { capabilities: { deliveryNotifications: false, deferredResponses: true } };
const ACCEPTED = { messageId: 'm1', outcome: 'delivered', asResponse: true, withholdDelivery: true };

/** The deferred responses that the transport received. */
function responses({ notifications }: FakeTransport): readonly OutgoingNotification[] {
  return notifications.map(({ notification }) => notification);
}

describe('a deferred response', () => {
  it('B101 a deferred response is sent as delivered once the message has arrived', async () => {
    const { transport, push } = await createSendingFlow({ fake: HELD });
    await push(incoming('m1', { responsePending: true }));
    expect(responses(transport)).toMatchObject([{ messageId: 'm1', outcome: 'delivered', asResponse: true }]);
    expect(responses(transport)[0]).not.toHaveProperty('withholdDelivery');
  });

  it.each([
    ['receipts are off', { notify: { delivered: false } }],
    ['the sender is not trusted', { trust: () => 'untrusted' as const }],
  ])('B96 a deferred response is sent without the delivery where %s', async (_, template) => {
    const { transport, push } = await createSendingFlow({ fake: HELD, template });
    await push(incoming('m1', { responsePending: true }));
    expect(responses(transport)).toMatchObject([ACCEPTED]);
  });

  it('B96 a deferred response is sent without the delivery where the application reports success', async () => {
    const { flow, transport, push } = await createSendingFlow({
      fake: HELD,
      template: { messageConsumptionMode: 'proxied-to-remote-entity', notify: { delivered: false } },
    });
    for (const id of ['m1', 'm2']) await push(incoming(id, { responsePending: true }));
    flow.sendSuccessDeliveryNotification('m1');
    flow.sendFailureDeliveryNotification('m2', 486);
    expect(responses(transport)).toMatchObject([
      ACCEPTED,
      { messageId: 'm2', outcome: 'failed', code: 486, asResponse: true },
    ]);
  });

  it('a blocked sender receives the response of an offline user', async () => {
    const { transport, push, received } = await createSendingFlow({ fake: HELD, template: { trust: () => 'blocked' } });
    await push(incoming('m1', { responsePending: true }));
    await push(incoming('m2'));
    expect(received).toEqual([]);
    expect(responses(transport)).toMatchObject([{ messageId: 'm1', outcome: 'failed', code: 480, asResponse: true }]);
  });
});
