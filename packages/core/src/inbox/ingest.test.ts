import { createSeededRandom, flushMicrotasks } from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { bodies, createSendingFlow, incoming, incomingMessage, notification } from '../../test/testFlow.ts';
import { TransportFailure } from '../ports/transport.ts';
import { createMemoryStorage } from '../storage/index.ts';
import { createInstantMessagingFlow } from '../engine/createInstantMessagingFlow.ts';

describe('a message that arrives', () => {
  it('B88 a message is raised once and acknowledged once, automatically', async () => {
    const { flow, transport, push, received, clock } = await createSendingFlow();
    await push(incoming('m1', { body: 'hello', sentAt: 5 }));
    await clock.advance(600_000);
    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({
      id: 'm1',
      direction: 'incoming',
      sender: 'bo',
      body: 'hello',
      status: 'delivered',
      sentAt: 5,
      isContentTypeSupported: true,
    });
    expect(transport.wire).toEqual(['delivered:m1']);
    expect(transport.notifications[0]?.notification).toEqual({ messageId: 'm1', outcome: 'delivered' });
    expect(flow.messages.get('m1')?.receipt).toBe('sent');
    expect(flow.store.getState()).toMatchObject({ messageCount: 1, unreadCount: 1 });
  });

  it.each([1e300, -1e300, 8.64e15 + 1, Number.NaN])(
    'B88 a message has no send time if its sender’s is invalid (%d)',
    async (sentAt) => {
      const { flow, push } = await createSendingFlow();
      await push(incoming('m1', { sentAt }));
      expect(flow.messages.get('m1')).toBeDefined();
      expect(flow.messages.get('m1')).not.toHaveProperty('sentAt');
    },
  );

  it('B88 a message with a deferred response is answered with success', async () => {
    const { transport, push } = await createSendingFlow({ fake: { capabilities: { deliveryNotifications: false } } });
    await push(incoming('m1', { responsePending: true }));
    expect(transport.notifications.map((call) => call.notification)).toEqual([
      { messageId: 'm1', outcome: 'delivered', asResponse: true },
    ]);
  });

  it('B88 the receipt for a message is repeated until the transport has accepted it', async () => {
    const { transport, push, clock } = await createSendingFlow({ fake: { notificationAnswer: 'manual' } });
    await push(incoming('m1'));
    transport.notifications[0]?.fail(new TransportFailure(503, 'later', { retryable: true }));
    await clock.advance(1_000);
    expect(transport.wire).toEqual(['delivered:m1', 'delivered:m1']);
    transport.notifications[1]?.accept();
    await clock.advance(600_000);
    expect(transport.wire).toHaveLength(2);
  });

  it('B89 the application cannot report on a message that the flow consumes locally', async () => {
    const { flow, transport, push } = await createSendingFlow({ template: { notify: { delivered: false } } });
    await push(incoming('m1'));
    const refused = expect.objectContaining({ code: 'invalid-operation' });
    expect(() => flow.sendSuccessDeliveryNotification('m1')).toThrow(refused);
    expect(() => flow.sendFailureDeliveryNotification('m1', 486)).toThrow(refused);
    await flushMicrotasks();
    expect(transport.wire).toEqual([]);
  });

  it('B90 a message is acknowledged though the listener throws, and the flow continues', async () => {
    const { flow, transport, push, received, diagnostics } = await createSendingFlow();
    const stop = flow.on('messageReceived', () => {
      throw new Error('a bug of the application');
    });
    await push(incoming('m1'));
    expect(transport.wire).toEqual(['delivered:m1']);
    expect(diagnostics).toEqual(['listener-failed']);
    stop();
    await push(incoming('m2'));
    expect(received.map(({ id }) => id)).toEqual(['m1', 'm2']);
    expect(transport.wire).toEqual(['delivered:m1', 'delivered:m2']);
    expect(flow.store.getState().state).toBe('active');
  });
});

describe('a peer that fills the memory', () => {
  it('B166 a message with a body over the limit is refused with 413 and not stored', async () => {
    const { flow, transport, push, diagnostics } = await createSendingFlow();
    await push(incoming('long', { body: 'x'.repeat(262_145) }));
    await push(incoming('longest', { body: 'x'.repeat(262_144) }));
    expect(transport.wire).toEqual(['failed:long:413', 'delivered:longest']);
    expect(Array.from(flow.messages.order)).toEqual(['longest']);
    expect(diagnostics).toEqual(['message-too-long']);
    expect(transport.acknowledgements.map(({ messageId }) => messageId)).toEqual(['long', 'longest']);
  });

  it('B166 a participant may send as long bodies as the local user, and own messages of other devices have no limit', async () => {
    const { flow, push } = await createSendingFlow({ template: { maxMessageLength: 300_000 } });
    await push(incoming('theirs', { body: 'x'.repeat(300_000) }));
    await push(incoming('mine', { sender: 'ana', body: 'x'.repeat(300_001) }));
    await push(incoming('long', { body: 'x'.repeat(300_001) }));
    expect(Array.from(flow.messages.order)).toEqual(['theirs', 'mine']);
  });

  it('B166 a long body in history is not refused, since each snapshot contains it again', async () => {
    const { flow, transport, push } = await createSendingFlow();
    await push({
      type: 'history',
      messages: [incomingMessage('m1'), incomingMessage('long', { body: 'x'.repeat(262_145) }), incomingMessage('m2')],
    });
    expect(Array.from(flow.messages.order)).toEqual(['m1', 'm2']);
    expect(transport.wire).toEqual(['delivered:m1', 'delivered:m2']);
  });

  it('B166 long positions and sessions are removed, with a diagnostic that names them', async () => {
    const { flow, push, diagnostics } = await createSendingFlow();
    await push(incoming('m1', { position: 'p'.repeat(1_025), fromHistory: false, responsePending: false }));
    await push(incoming('m2', { frameSequence: { session: 's'.repeat(1_025), sequence: 1 } }));
    await push(incoming('m3', { sentAt: Number.NaN }));
    await push(
      incoming('m4', { position: 'p'.repeat(1_024), frameSequence: { session: 's'.repeat(1_024), sequence: 1 } }),
    );
    expect(Array.from(flow.messages.order)).toEqual(['m1', 'm2', 'm3', 'm4']);
    expect(flow.messages.get('m1')).not.toHaveProperty('position');
    expect(flow.messages.get('m2')).not.toHaveProperty('frameSequence');
    expect(flow.messages.get('m4')?.position).toHaveLength(1_024);
    expect(diagnostics).toEqual(['event-incomplete', 'event-incomplete', 'event-incomplete']);
  });

  it('B166 messages with a long content type or id are ignored with a diagnostic, in a snapshot and on a page too', async () => {
    const { flow, transport, push, diagnostics } = await createSendingFlow({
      fake: { capabilities: { history: true } },
    });
    const long = incomingMessage('m1', { contentType: `text/plain;${'x'.repeat(1_024)}` });
    await push({ type: 'message', message: long });
    await push({ type: 'history', messages: [long, incomingMessage('m2'), incomingMessage('x'.repeat(1_025))] });
    void flow.loadOlder();
    transport.historyRequests[0]?.accept({ messages: [incomingMessage('m0'), long], end: true });
    await flushMicrotasks();
    expect(Array.from(flow.messages.order)).toEqual(['m0', 'm2']);
    expect(diagnostics).toEqual(['event-malformed', 'event-incomplete', 'event-incomplete']);
  });
});

describe('a message of an unsupported content type', () => {
  const sketch = { contentType: 'application/x-ms-ink', body: '…' };

  it('B91 a message of an unsupported type is shown as unsupported by the policy "deliver"', async () => {
    const { transport, push, received } = await createSendingFlow({ template: { unsupportedFormat: 'deliver' } });
    await push(incoming('m1', sketch));
    expect(received[0]).toMatchObject({ id: 'm1', contentType: 'application/x-ms-ink', isContentTypeSupported: false });
    expect(transport.wire).toEqual(['delivered:m1']);
  });

  it('B91 a message of an unsupported type is refused with 415 by the policy "refuse"', async () => {
    const { flow, transport, push, received } = await createSendingFlow({ template: { unsupportedFormat: 'refuse' } });
    await push(incoming('m1', sketch));
    expect(transport.notifications.map((call) => call.notification)).toEqual([
      { messageId: 'm1', outcome: 'failed', code: 415 },
    ]);
    expect(received).toEqual([]);
    expect(flow.store.getState().messageCount).toBe(0);
    await push(incoming('m2'));
    expect(transport.wire).toEqual(['failed:m1:415', 'delivered:m2']);
  });

  it('B91 a message of an unsupported type is refused with the deferred response', async () => {
    const { transport, push } = await createSendingFlow({
      template: { unsupportedFormat: 'refuse' },
      fake: { capabilities: { deliveryNotifications: false } },
    });
    await push(incoming('m1', { ...sketch, responsePending: true }));
    expect(transport.notifications[0]?.notification).toEqual({
      messageId: 'm1',
      outcome: 'failed',
      code: 415,
      asResponse: true,
    });
  });

  it('B91 a message of an unsupported type is refused silently if the transport cannot report it', async () => {
    const { transport, push, received } = await createSendingFlow({
      template: { unsupportedFormat: 'refuse' },
      fake: { capabilities: { deliveryNotifications: false } },
    });
    await push(incoming('m1', sketch));
    expect(transport.wire).toEqual([]);
    expect(received).toEqual([]);
  });

  it.each([
    ['text/plain; charset=utf-8', undefined, true],
    ['TEXT/HTML', undefined, true],
    ['image/gif', undefined, false],
    ['image/gif', ['image/gif'], true],
    ['text/plain', ['image/gif'], false],
    ['anything/at-all', ['*'], true],
  ])(
    'B91 a content type is accepted or unsupported depending on the formats: %s of %j',
    async (contentType, supportedFormats, supported) => {
      const { push, received } = await createSendingFlow({ template: supportedFormats ? { supportedFormats } : {} });
      await push(incoming('m1', { contentType }));
      expect(received[0]?.isContentTypeSupported).toBe(supported);
    },
  );
});

describe('a message that arrives again', () => {
  it('B92 a duplicate is not shown again, but acknowledged again', async () => {
    const { flow, transport, push, received } = await createSendingFlow();
    await push(incoming('m1'));
    const snapshot = flow.store.getState();
    await push(incoming('m1'));
    await push(incoming('m1'));
    expect(received).toHaveLength(1);
    expect(flow.store.getState()).toBe(snapshot);
    expect(transport.wire).toEqual(['delivered:m1', 'delivered:m1', 'delivered:m1']);
  });

  it('B92 a duplicate gets no second receipt while the first is in flight', async () => {
    const { transport, push } = await createSendingFlow({ fake: { notificationAnswer: 'manual' } });
    await push(incoming('m1'));
    await push(incoming('m1'));
    transport.notifications[0]?.accept();
    await flushMicrotasks();
    expect(transport.wire).toEqual(['delivered:m1']);
  });

  it.each([
    ['in a snapshot of history', { type: 'history', messages: [incomingMessage('m1')] } as const],
    ['without requested receipts', incoming('m1', { requestedReceipts: { delivered: false, displayed: false } })],
  ])(
    'B92 a transport with deferred responses receives the response to the copy of a message that first arrived %s',
    async (_, first) => {
      const { transport, push, received } = await createSendingFlow({
        fake: { capabilities: { deliveryNotifications: false, deferredResponses: true } },
      });
      await push(first);
      expect(transport.wire).toEqual([]);
      await push(incoming('m1', { responsePending: true }));
      expect(transport.notifications.map((call) => call.notification)).toEqual([
        { messageId: 'm1', outcome: 'delivered', asResponse: true },
      ]);
      expect(received).toHaveLength(1);
    },
  );

  it('B93 a reused id with different content is a separate message, and flagged', async () => {
    const { flow, transport, push, received, diagnostics } = await createSendingFlow();
    await push(incoming('m1', { body: 'one' }));
    await push(incoming('m1', { body: 'two' }));
    expect(bodies(flow)).toEqual(['one', 'two']);
    expect(received[0]).not.toHaveProperty('conflict');
    expect(received[1]).toMatchObject({ messageId: 'm1', body: 'two', conflict: true });
    expect(received[1]?.id).not.toBe('m1');
    expect(diagnostics).toEqual(['message-id-reused']);
    expect(transport.wire).toEqual(['delivered:m1', 'delivered:m1']);
    // A copy of either message now counts as a duplicate of that message.
    await push(incoming('m1', { body: 'two' }));
    await push(incoming('m1', { body: 'one' }));
    expect(bodies(flow)).toEqual(['one', 'two']);
    await push(incoming('m1', { body: 'one', contentType: 'text/html' }));
    expect(bodies(flow)).toEqual(['one', 'two', 'one']);
  });

  it('B93 a reused id from a different sender is a separate message, and flagged', async () => {
    const { flow, push, received, diagnostics } = await createSendingFlow();
    await push(incoming('m1', { body: 'one' }));
    await push(incoming('m1', { body: 'one', sender: 'bo/phone' }));
    expect(received.map(({ sender, conflict }) => [sender, conflict])).toEqual([
      ['bo', undefined],
      ['bo/phone', true],
    ]);
    expect(bodies(flow)).toEqual(['one', 'one']);
    expect(diagnostics).toEqual(['message-id-reused']);
  });

  it('B53 B88 a message from a different address of the remote side is acknowledged, and so is one from a blocked sender', async () => {
    const trust = (sender: string): 'trusted' | 'blocked' => (sender === 'eve' ? 'blocked' : 'trusted');
    const { transport, push, received } = await createSendingFlow({ template: { trust } });
    await push(incoming('m1', { sender: 'bo/phone' }));
    await push(incoming('m2', { sender: 'eve' }));
    expect(transport.acknowledgements.map(({ remote, messageId }) => [remote, messageId])).toEqual([
      ['bo', 'm1'],
      ['bo', 'm2'],
    ]);
    expect(received.map(({ id }) => id)).toEqual(['m1']);
    expect(transport.wire).toEqual(['delivered:m1']);
  });

  it('B93 a received message with the id of an own one neither replaces nor changes it', async () => {
    const { flow, push, received } = await createSendingFlow();
    const { id } = flow.sendMessage('mine');
    await push(incoming(id, { body: 'mine' }));
    expect(received[0]).toMatchObject({ messageId: id, conflict: true, sender: 'bo' });
    expect(flow.messages.get(id)).toMatchObject({ direction: 'outgoing', status: 'sending' });
  });
});

describe('a message of history', () => {
  it('B94 a message from history that was acknowledged before is not acknowledged again', async () => {
    const { flow, transport, push, received } = await createSendingFlow();
    await push(incoming('m1'));
    await push(incoming('m1', { fromHistory: true }));
    await push({ type: 'history', messages: [incomingMessage('m1')] });
    expect(transport.wire).toEqual(['delivered:m1']);
    expect(received).toHaveLength(1);
    expect(flow.store.getState().messageCount).toBe(1);
  });

  it.each([
    ['from an offline store', incoming('m1', { fromHistory: true })],
    ['in a snapshot after a reconnect', { type: 'history', messages: [incomingMessage('m1')] } as const],
  ])('B94 a new message that arrives %s is acknowledged once', async (_, event) => {
    const { transport, push, received } = await createSendingFlow();
    await push(event);
    await push(event);
    expect(transport.wire).toEqual(['delivered:m1']);
    expect(received.map(({ id }) => id)).toEqual(['m1']);
  });

  it('B94 a message that is read on demand is neither acknowledged nor raised', async () => {
    const { flow, transport, received } = await createSendingFlow({ fake: { capabilities: { history: true } } });
    const loaded = flow.loadOlder();
    transport.historyRequests[0]?.accept({ messages: [incomingMessage('m1')], end: true });
    expect(await loaded).toBe(1);
    expect(bodies(flow)).toEqual(['m1']);
    expect(transport.wire).toEqual([]);
    expect(received).toEqual([]);
    expect(flow.store.getState().unreadCount).toBe(0);
  });

  it('B88 B94 a message that was read on demand is raised and acknowledged once when the network delivers it afterwards', async () => {
    const { flow, transport, push, received } = await createSendingFlow({
      fake: { capabilities: { history: true } },
      storage: createMemoryStorage(),
    });
    const loaded = flow.loadOlder();
    transport.historyRequests[0]?.accept({ messages: ['m1', 'm2', 'm3'].map((id) => incomingMessage(id)), end: true });
    await loaded;
    await push(incoming('m1'));
    await push(incoming('m2', { fromHistory: true, position: 'p2' }));
    await push(incoming('m3', { requestedReceipts: { delivered: false, displayed: false } }));
    expect(transport.wire).toEqual(['delivered:m1', 'delivered:m2']);
    expect(flow.messages.get('m2')).toMatchObject({ receipt: 'sent', position: 'p2' });
    await push(incoming('m2', { fromHistory: true }));
    expect(transport.wire).toEqual(['delivered:m1', 'delivered:m2']);
    for (const id of ['m1', 'm3']) await push(incoming(id));
    expect(received.map(({ id }) => id)).toEqual(['m1', 'm2', 'm3']);
    expect(bodies(flow)).toEqual(['m1', 'm2', 'm3']);
  });

  it('B76 B117 a message that is read on demand before its delivery becomes unread, and its displayed receipt is sent once it is seen', async () => {
    const { flow, transport, push, clock } = await createSendingFlow({ fake: { capabilities: { history: true } } });
    const loaded = flow.loadOlder();
    transport.historyRequests[0]?.accept({ messages: ['m1', 'm2', 'm3'].map((id) => incomingMessage(id)), end: true });
    await loaded;
    expect(flow.store.getState().unreadCount).toBe(0);
    await push(incoming('m2', { fromHistory: true }));
    await push(incoming('m3'));
    expect(flow.store.getState().unreadCount).toBe(2);
    flow.markDisplayed('m3');
    await clock.advance(1_000);
    expect(flow.store.getState().unreadCount).toBe(0);
    expect(transport.wire).toEqual(['delivered:m2', 'delivered:m3', 'displayed:m3']);
    expect(transport.notifications.at(-1)?.notification.messageIds).toEqual(['m2', 'm3']);
  });

  it('B52 B88 a message that was read on demand ends composing, and is raised after a reload too when it is delivered', async () => {
    const storage = createMemoryStorage();
    const fake = { capabilities: { history: true } };
    const before = await createSendingFlow({ fake, storage });
    const loaded = before.flow.loadOlder();
    before.transport.historyRequests[0]?.accept({ messages: [incomingMessage('m1')], end: true });
    await loaded;
    expect(before.flow.messages.get('m1')?.archived).toBe(true);
    await flushMicrotasks();
    before.flow.terminate();

    const { flow, push, received } = await createSendingFlow({ fake, storage });
    expect(bodies(flow)).toEqual(['m1']);
    await push({ type: 'composing', sender: 'bo', state: 'composing' });
    await push({ type: 'history', messages: [incomingMessage('m1')] });
    expect(received).toEqual([]);
    await push(incoming('m1'));
    expect(flow.store.getState().remoteComposingState).toBe('idle');
    expect(received.map(({ id }) => id)).toEqual(['m1']);
    expect(flow.messages.get('m1')).not.toHaveProperty('archived');
  });

  it('B99 B101 a message that was read on demand is raised in proxied mode, where the application has to report on it, when it is delivered', async () => {
    const { flow, transport, push, received } = await createSendingFlow({
      fake: { capabilities: { history: true } },
      template: { messageConsumptionMode: 'proxied-to-remote-entity', maxPendingDeliveryReports: 1 },
    });
    const loaded = flow.loadOlder();
    transport.historyRequests[0]?.accept({ messages: [incomingMessage('m1'), incomingMessage('m2')], end: true });
    await loaded;
    await push(incoming('m1'));
    await push(incoming('m2'));
    expect(received.map(({ id }) => id)).toEqual(['m1']);
    flow.sendSuccessDeliveryNotification('m1');
    await flushMicrotasks();
    expect(transport.wire).toEqual(['failed:m2:503', 'delivered:m1']);
  });

  it('B91 B94 a stored message of an unsupported type is refused once, not with each snapshot', async () => {
    const { flow, transport, push } = await createSendingFlow({ template: { unsupportedFormat: 'refuse' } });
    await push(incoming('m1', { contentType: 'image/gif', fromHistory: true }));
    expect(transport.wire).toEqual(['failed:m1:415']);
    const snapshot = { type: 'history', messages: [incomingMessage('m1', { contentType: 'image/gif' })] } as const;
    await push(snapshot);
    await push(snapshot);
    expect(transport.wire).toEqual(['failed:m1:415']);
    expect(flow.store.getState().messageCount).toBe(0);
  });
});

describe('an own message that comes back', () => {
  it('B95 an echo is merged with the own message, without event and receipt', async () => {
    const { flow, transport, push, received } = await createSendingFlow();
    const { id } = flow.sendMessage('hello');
    await push(incoming(id, { sender: 'ana', body: 'hello', position: 'p1' }));
    expect(Array.from(flow.messages.order)).toEqual([id]);
    expect(flow.messages.get(id)).toMatchObject({ status: 'sent', position: 'p1' });
    expect(received).toEqual([]);
    expect(transport.wire).toEqual(['message:hello']);
    expect(flow.store.getState().unreadCount).toBe(0);
  });

  it.each([
    ['with different line ends', { body: 'one\r\ntwo\rthree' }],
    ['with a charset', { contentType: 'text/plain; charset=utf-8' }],
    ['with its type in a different case', { contentType: 'TEXT/Plain;CharSet="UTF-8"' }],
  ])('B95 an echo is merged with the local message where the network returns it %s', async (_, rewritten) => {
    const { flow, push, diagnostics } = await createSendingFlow();
    const body = 'one\ntwo\nthree';
    const { id } = flow.sendMessage(body);
    await push(incoming(id, { sender: 'ana', body, ...rewritten }));
    expect(Array.from(flow.messages.order)).toEqual([id]);
    expect(flow.messages.get(id)).toMatchObject({ status: 'sent', body, contentType: 'text/plain' });
    expect(diagnostics).toEqual([]);
  });

  it.each([
    ['a different parameter', { contentType: 'text/plain;charset=utf-8;format=flowed' }],
    ['a different subtype', { contentType: 'text/plain2' }],
    ['one more line', { body: 'one\n' }],
  ])('B93 an own message with %s is a different message', async (_, changed) => {
    const { flow, push } = await createSendingFlow();
    await push(incoming('m1', { body: 'one' }));
    await push(incoming('m1', { body: 'one', ...changed }));
    expect(flow.store.getState().messageCount).toBe(2);
  });

  it('B95 a carbon from a different device is shown as an own message, without event and receipt', async () => {
    const { flow, transport, push, received } = await createSendingFlow();
    await push(incoming('m1', { sender: 'ana' }));
    expect(flow.messages.get('m1')).toMatchObject({ direction: 'outgoing', status: 'sent', sender: 'ana' });
    await push(incoming('m1', { sender: 'ana' }));
    expect(flow.store.getState()).toMatchObject({ messageCount: 1, unreadCount: 0 });
    expect(received).toEqual([]);
    expect(transport.wire).toEqual([]);
    await push(notification('m1', 'delivered'));
    expect(flow.messages.get('m1')?.status).toBe('delivered');
  });

  it('B95 a carbon from a different device gets no receipt after a reload either', async () => {
    const storage = createMemoryStorage();
    const before = await createSendingFlow({ storage });
    await before.push(incoming('m1', { sender: 'ana' }));
    before.flow.terminate();
    await flushMicrotasks();
    const { flow, transport } = await createSendingFlow({ storage });
    expect(bodies(flow)).toEqual(['m1']);
    expect(transport.wire).toEqual([]);
  });

  it('B95 an echo lowers no status', async () => {
    const { flow, transport, push } = await createSendingFlow();
    const { id } = flow.sendMessage('hello');
    transport.messages[0]?.accept({ outcome: 'delivered' });
    await push(incoming(id, { sender: 'ana', body: 'hello' }));
    expect(flow.messages.get(id)?.status).toBe('delivered');
  });
});

describe('notifications that are not sent', () => {
  it.each([
    ['receipts are off', { notify: { delivered: false, displayed: false } }],
    ['the sender is not trusted', { trust: () => 'untrusted' as const }],
    ['the trust function throws', { trust: () => JSON.parse('no') as 'trusted' }],
  ])('B96 the sender receives only the response where %s', async (_, template) => {
    const { flow, transport, push, received, clock } = await createSendingFlow({
      template: { ...template, unsupportedFormat: 'refuse' },
    });
    await push(incoming('m1'));
    await push(incoming('m1'));
    await push(incoming('m2', { contentType: 'image/gif' }));
    flow.markDisplayed('m1');
    await clock.advance(600_000);
    expect(transport.wire).toEqual([]);
    expect(received.map(({ id }) => id)).toEqual(['m1']);
    expect(flow.store.getState().unreadCount).toBe(0);
  });

  it.each([
    ['delivered', { delivered: false }, ['displayed:m1']],
    ['displayed', { displayed: false }, ['delivered:m1']],
  ])('B96 no notification about %s is sent where only that is off', async (_, notify, wire) => {
    const { flow, transport, push, clock } = await createSendingFlow({ template: { notify } });
    await push(incoming('m1'));
    flow.markDisplayed('m1');
    await clock.advance(600_000);
    expect(transport.wire).toEqual(wire);
    expect(flow.store.getState().unreadCount).toBe(0);
  });

  it('B96 a sender who requests no receipts receives none', async () => {
    const { flow, transport, push, clock } = await createSendingFlow();
    await push(incoming('m1', { requestedReceipts: { delivered: false, displayed: false } }));
    flow.markDisplayed('m1');
    await clock.advance(1_000);
    expect(transport.wire).toEqual([]);
  });

  it('B96 a blocked sender receives only the response, and the application receives no event', async () => {
    const { flow, transport, push, received } = await createSendingFlow({ template: { trust: () => 'blocked' } });
    await push(incoming('m1'));
    expect(transport.wire).toEqual([]);
    expect(received).toEqual([]);
    expect(flow.store.getState().messageCount).toBe(0);
  });

  it.each(['message/imdn+xml', 'message/imdn+xml; charset=UTF-8', 'Application/IM-isComposing+xml'])(
    'B97 a notification that arrives as a message is answered like a message: %s',
    async (contentType) => {
      const { flow, transport, push, received, diagnostics } = await createSendingFlow({
        template: { supportedFormats: ['*'] },
      });
      await push(incoming('m1', { contentType }));
      await push(notification('m2', 'delivered'));
      expect(transport.wire).toEqual([]);
      expect(received).toEqual([]);
      expect(flow.store.getState().messageCount).toBe(0);
      expect(diagnostics).toEqual(['notification-as-message', 'notification-unknown']);
    },
  );
});

describe('displayed receipts', () => {
  it('B98 no displayed receipt is sent while the user looks elsewhere, then one up to the last message', async () => {
    const { flow, transport, push, clock } = await createSendingFlow();
    for (const id of ['m1', 'm2', 'm3']) await push(incoming(id));
    const acknowledgements = transport.wire.length;
    flow.setAttention(false);
    flow.markDisplayed('m1');
    await clock.advance(1_000);
    flow.markDisplayed('m3');
    await clock.advance(600_000);
    expect(transport.wire).toHaveLength(acknowledgements);
    expect(flow.store.getState().unreadCount).toBe(3);
    flow.setAttention(true);
    await clock.advance(1_000);
    expect(transport.wire.slice(acknowledgements)).toEqual(['displayed:m3']);
    expect(transport.notifications.at(-1)?.notification).toEqual({
      messageId: 'm3',
      outcome: 'displayed',
      upTo: true,
      messageIds: ['m1', 'm2', 'm3'],
    });
    expect(flow.store.getState().unreadCount).toBe(0);
  });

  it('B98 messages seen in quick succession share one displayed receipt', async () => {
    const { flow, transport, push, clock } = await createSendingFlow();
    for (const id of ['m1', 'm2', 'm3']) {
      await push(incoming(id));
      flow.markDisplayed(id);
      await clock.advance(50);
    }
    await clock.advance(1_000);
    expect(transport.wire.filter((call) => call.startsWith('displayed'))).toEqual(['displayed:m3']);
  });

  it('B98 no displayed receipt is sent if the user looks away before it is due', async () => {
    const { flow, transport, push, clock } = await createSendingFlow();
    await push(incoming('m1'));
    flow.markDisplayed('m1');
    flow.setAttention(false);
    await clock.advance(60_000);
    expect(transport.wire).toEqual(['delivered:m1']);
  });

  it('B98 a displayed receipt is never repeated, and never sent for older messages', async () => {
    const { flow, transport, push, clock } = await createSendingFlow();
    await push(incoming('m1'));
    await push(incoming('m2'));
    flow.markDisplayed('m2');
    await clock.advance(1_000);
    flow.markDisplayed('m2');
    flow.markDisplayed('m1');
    flow.setAttention(false);
    flow.setAttention(true);
    await clock.advance(1_000);
    expect(transport.wire.filter((call) => call.startsWith('displayed'))).toEqual(['displayed:m2']);
    expect(() => flow.markDisplayed('nobody')).toThrow(expect.objectContaining({ code: 'unknown-message' }));
  });

  it('B98 a displayed receipt is sent for each message if the protocol has no "up to"', async () => {
    const { flow, transport, push, clock } = await createSendingFlow({
      fake: { capabilities: { displayedNotifications: 'each' } },
    });
    for (const id of ['m1', 'm2', 'm3']) await push(incoming(id));
    flow.setAttention(false);
    flow.markDisplayed('m2');
    flow.markDisplayed('m3');
    flow.setAttention(true);
    await clock.advance(1_000);
    expect(transport.notifications.slice(3).map((call) => call.notification)).toEqual([
      { messageId: 'm1', outcome: 'displayed' },
      { messageId: 'm2', outcome: 'displayed' },
      { messageId: 'm3', outcome: 'displayed' },
    ]);
  });

  it('B98 messages are marked as read without receipts if the transport does not support them', async () => {
    const { flow, transport, push, clock } = await createSendingFlow({
      fake: { capabilities: { displayedNotifications: false } },
    });
    await push(incoming('m1'));
    await push(incoming('m2'));
    flow.markDisplayed('m2');
    await clock.advance(1_000);
    expect(transport.wire).toEqual(['delivered:m1', 'delivered:m2']);
    expect(flow.store.getState().unreadCount).toBe(0);
  });

  it('B98 a displayed receipt names the last message whose sender requested one', async () => {
    const { flow, transport, push, clock } = await createSendingFlow();
    await push(incoming('m1'));
    await push(incoming('m2', { requestedReceipts: { delivered: true, displayed: false } }));
    flow.markDisplayed('m2');
    await clock.advance(1_000);
    expect(transport.wire.filter((call) => call.startsWith('displayed'))).toEqual(['displayed:m1']);
    expect(flow.store.getState().unreadCount).toBe(0);
  });

  it('B98 markDisplayed with an own message covers the messages before it', async () => {
    const { flow, transport, push, clock } = await createSendingFlow({ fake: { autoAnswer: { outcome: 'accepted' } } });
    await push(incoming('m1'));
    const { id } = flow.sendMessage('mine');
    await flushMicrotasks();
    flow.markDisplayed(id);
    await clock.advance(1_000);
    expect(transport.wire).toEqual(['delivered:m1', 'message:mine', 'displayed:m1']);
  });
});

it('B88 B111 each flow of a transport receives the events of its own participant', async () => {
  const { transport, clock, flow } = await createSendingFlow();
  const other = createInstantMessagingFlow({ transport, remote: 'cleo', clock, random: createSeededRandom(2) });
  other.start();
  transport.push(incoming('m1'), 'bo');
  transport.push(incoming('m1', { sender: 'cleo' }), 'cleo');
  await flushMicrotasks();
  expect([bodies(flow), bodies(other)]).toEqual([['m1'], ['m1']]);
  expect(other.messages.get('m1')).not.toHaveProperty('conflict');
  expect(transport.notifications.map((call) => call.remote)).toEqual(['bo', 'cleo']);
});
