import { expect, it } from 'vitest';
import { createSendingFlow, incoming } from '../../test/testFlow.ts';

it('B76 in proxied mode, displayed receipts are sent only for messages that were reported as delivered', async () => {
  const { clock, flow, transport, push } = await createSendingFlow({
    fake: { capabilities: { displayedNotifications: 'each' } },
    template: { messageConsumptionMode: 'proxied-to-remote-entity' },
  });
  for (const id of ['arrived', 'failed', 'pending', 'last']) await push(incoming(id));
  flow.sendSuccessDeliveryNotification('arrived');
  flow.sendFailureDeliveryNotification('failed', 480);
  flow.sendSuccessDeliveryNotification('last');
  flow.markDisplayed('last');
  await clock.advance(1_000);
  expect(transport.wire.filter((call) => call.startsWith('displayed'))).toEqual([
    'displayed:arrived',
    'displayed:last',
  ]);
});
