import { flushMicrotasks } from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { createSendingFlow, incoming } from '../../test/testFlow.ts';
import { DISPLAYED_DELAY } from './machine.ts';

describe('an own message that is marked as displayed', () => {
  it.each(['sent', 'queued', 'failed'] as const)(
    'B167 a displayed own message covers the messages before it, while it is %s',
    async (status) => {
      const { flow, transport, push, clock } = await createSendingFlow({ template: { sendTimeout: 1_000 } });
      await push(incoming('m1'));
      await push(incoming('m2'));
      if (status === 'queued') transport.setStatus({ state: 'offline' });
      const { id } = flow.sendMessage('mine');
      if (status === 'sent') transport.messages[0]?.accept();
      if (status === 'failed') await clock.advance(1_000);
      expect(flow.store.getState().unreadCount).toBe(2);
      flow.markDisplayed(id);
      await clock.advance(DISPLAYED_DELAY);
      transport.setStatus({ state: 'online' });
      expect(flow.messages.get(id)?.status).toBe(status === 'queued' ? 'sending' : status);
      expect(flow.store.getState().unreadCount).toBe(0);
      expect(transport.notifications.map(({ notification }) => notification)).toContainEqual({
        messageId: 'm2',
        outcome: 'displayed',
        upTo: true,
        messageIds: ['m1', 'm2'],
      });
    },
  );

  it('B167 a displayed own message does not cover the messages after it', async () => {
    const { flow, transport, push, clock } = await createSendingFlow();
    await push(incoming('m1'));
    const { id } = flow.sendMessage('mine');
    transport.messages[0]?.accept();
    await flushMicrotasks();
    await push(incoming('m2'));
    flow.markDisplayed(id);
    await clock.advance(DISPLAYED_DELAY);
    expect(flow.store.getState().unreadCount).toBe(1);
  });
});
