import { flushMicrotasks } from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { createSendingFlow, incoming, incomingMessage, notification } from '../../test/testFlow.ts';
import { TransportFailure } from '../ports/transport.ts';
import type { SendInstantMessageResult } from '../engine/publicTypes.ts';

/** The result of a promise; undefined while it is pending. */
async function now(settled: Promise<SendInstantMessageResult>): Promise<SendInstantMessageResult | undefined> {
  let result: SendInstantMessageResult | undefined;
  void settled.then((value) => (result = value));
  await flushMicrotasks();
  return result;
}

describe('settled', () => {
  it('B67 settled waits for the delivery notification', async () => {
    const { flow, transport, push, clock } = await createSendingFlow();
    const { id, settled } = flow.sendMessage('hello');
    transport.messages[0]?.accept({ outcome: 'accepted' });
    expect(await now(settled)).toBeUndefined();
    expect(flow.messages.get(id)?.status).toBe('sent');
    // A message that the transport has accepted does not time out.
    await clock.advance(3_600_000);
    expect(await now(settled)).toBeUndefined();
    await push(notification(id, 'delivered'));
    expect(await now(settled)).toEqual({ messageId: id, status: 'delivered', deliveryFailures: [] });
    expect(flow.messages.get(id)?.status).toBe('delivered');
  });

  it('B67 settled does not wait where no notification will come', async () => {
    const { flow, transport } = await createSendingFlow();
    const { id, settled } = flow.sendMessage('hello');
    transport.messages[0]?.accept({ outcome: 'accepted', notificationExpected: false });
    expect(await now(settled)).toEqual({ messageId: id, status: 'sent', deliveryFailures: [] });
  });

  it('B67 settled does not wait where no notification will come, also when the echo arrived before the response', async () => {
    const { flow, transport, push } = await createSendingFlow();
    const { id, settled } = flow.sendMessage('hello');
    await push(incoming(id, { sender: 'ana', body: 'hello' }));
    expect(flow.messages.get(id)?.status).toBe('sent');
    transport.messages[0]?.accept({ outcome: 'accepted', notificationExpected: false });
    expect(await now(settled)).toEqual({ messageId: id, status: 'sent', deliveryFailures: [] });
  });

  it.each([
    ['the template', { template: { waitForDeliveryNotification: false } }, {}],
    ['the call', {}, { waitForDeliveryNotification: false }],
  ])(
    'B68 settled does not wait where %s disables it, and the notification still counts',
    async (_, options, sendOptions) => {
      const { flow, transport, push, notified } = await createSendingFlow(options);
      const { id, settled } = flow.sendMessage('hello', sendOptions);
      expect(await now(settled)).toBeUndefined();
      transport.messages[0]?.accept({ outcome: 'accepted' });
      expect(await now(settled)).toEqual({ messageId: id, status: 'sent', deliveryFailures: [] });
      expect(notified).toEqual([]);
      await push(notification(id, 'delivered'));
      expect(notified).toEqual([`delivered:${id}`]);
      expect(flow.messages.get(id)?.status).toBe('delivered');
    },
  );

  it('B68 settled waits if the call requests it, despite the template', async () => {
    const { flow, transport, push } = await createSendingFlow({ template: { waitForDeliveryNotification: false } });
    const { id, settled } = flow.sendMessage('hello', { waitForDeliveryNotification: true });
    transport.messages[0]?.accept({ outcome: 'accepted' });
    expect(await now(settled)).toBeUndefined();
    await push(notification(id, 'delivered'));
    expect(await now(settled)).toMatchObject({ status: 'delivered' });
  });

  it.each([
    [400, 'failed', 'refused', false],
    [403, 'failed', 'refused', false],
    [404, 'failed', 'refused', false],
    [413, 'failed', 'refused', false],
    [415, 'failed', 'refused', false],
    [429, 'failed', 'refused', true],
    [480, 'failed', 'refused', true],
    [486, 'failed', 'refused', true],
    [500, 'failed', 'refused', true],
    [503, 'failed', 'refused', true],
    [504, 'failed', 'refused', true],
    [600, 'undeliverable', 'undeliverable', undefined],
    [603, 'undeliverable', 'undeliverable', undefined],
    [606, 'undeliverable', 'undeliverable', undefined],
  ] as const)(
    'B71 settled resolves when the transport refuses with %i: %s',
    async (responseCode, status, code, retryable) => {
      const { flow, transport } = await createSendingFlow();
      const { id, settled } = flow.sendMessage('hello');
      transport.messages[0]?.fail(new TransportFailure(responseCode, 'no', { retryable: false }));
      const deliveryFailures = status === 'undeliverable' ? [{ recipient: 'bo', responseCode }] : [];
      expect(await now(settled)).toEqual({ messageId: id, status, code, responseCode, deliveryFailures });
      const record = flow.messages.get(id);
      expect(record).toMatchObject({ status, code: responseCode, deliveryFailures });
      expect(record?.retryable).toBe(retryable);
      if (status === 'undeliverable') {
        expect(() => flow.retryMessage(id)).toThrow(expect.objectContaining({ code: 'invalid-operation' }));
      }
    },
  );

  it('B72 settled resolves with a time-out without a response, and a success afterwards still counts', async () => {
    const { flow, transport, clock } = await createSendingFlow();
    const { id, settled } = flow.sendMessage('hello');
    await clock.advance(29_999);
    expect(await now(settled)).toBeUndefined();
    await clock.advance(1);
    expect(await now(settled)).toEqual({
      messageId: id,
      status: 'failed',
      code: 'timeout',
      responseCode: 408,
      deliveryFailures: [],
    });
    expect(flow.messages.get(id)).toMatchObject({ status: 'failed', code: 408, retryable: true });
    expect(flow.store.getState()).toMatchObject({ failedCount: 1, outboxCount: 0 });
    transport.messages[0]?.accept({ outcome: 'delivered' });
    await flushMicrotasks();
    expect(flow.messages.get(id)?.status).toBe('delivered');
    expect(flow.messages.get(id)).not.toHaveProperty('code');
    expect(flow.store.getState().failedCount).toBe(0);
  });

  it('B72 the next message is sent after a time-out, and a late notification still counts', async () => {
    const { flow, transport, clock, push } = await createSendingFlow({ template: { sendTimeout: 5_000 } });
    const { id } = flow.sendMessage('one');
    flow.sendMessage('two');
    await clock.advance(5_000);
    expect(transport.wire).toEqual(['message:one', 'message:two']);
    await push(notification(id, 'delivered'));
    expect(flow.messages.get(id)?.status).toBe('delivered');
  });

  it('B72 settled has no time-out while it waits for the connection', async () => {
    const { flow, transport, clock } = await createSendingFlow();
    transport.setStatus({ state: 'offline' });
    const { id, settled } = flow.sendMessage('hello');
    await clock.advance(3_600_000);
    expect(flow.messages.get(id)?.status).toBe('queued');
    expect(await now(settled)).toBeUndefined();
    expect(clock.pending).toBe(0);
  });

  it('B86 settled resolves with "aborted", and late responses still reach the message', async () => {
    const { flow, transport, push } = await createSendingFlow();
    const controller = new AbortController();
    const { id, settled } = flow.sendMessage('hello', { signal: controller.signal });
    expect(await now(settled)).toBeUndefined();
    controller.abort();
    expect(await now(settled)).toEqual({ messageId: id, status: 'sending', code: 'aborted', deliveryFailures: [] });
    transport.messages[0]?.accept({ outcome: 'accepted' });
    await flushMicrotasks();
    expect(flow.messages.get(id)?.status).toBe('sent');
    await push(notification(id, 'delivered'));
    expect(flow.messages.get(id)?.status).toBe('delivered');
  });

  it('B86 an aborted signal ends the wait of one caller, and a queued message is still sent', async () => {
    const { flow, transport } = await createSendingFlow();
    transport.setStatus({ state: 'offline' });
    const [one, two] = [new AbortController(), new AbortController()];
    const first = flow.sendMessage('one', { signal: one.signal });
    const second = flow.sendMessage('two', { signal: two.signal });
    one.abort();
    expect(await now(first.settled)).toMatchObject({ messageId: first.id, status: 'queued', code: 'aborted' });
    expect(await now(second.settled)).toBeUndefined();
    transport.setStatus({ state: 'online' });
    transport.messages[0]?.accept({ outcome: 'delivered' });
    await flushMicrotasks();
    transport.messages[1]?.accept({ outcome: 'delivered' });
    expect(await now(second.settled)).toEqual({ messageId: second.id, status: 'delivered', deliveryFailures: [] });
    expect(flow.messages.get(first.id)?.status).toBe('delivered');
  });

  it('B86 settled resolves at once for a signal that was aborted before; the message is sent', async () => {
    const { flow, transport } = await createSendingFlow();
    const { id, settled } = flow.sendMessage('hello', { signal: AbortSignal.abort() });
    expect(await now(settled)).toMatchObject({ messageId: id, code: 'aborted' });
    expect(transport.wire).toEqual(['message:hello']);
  });

  it.each([null, {}, 'now', 5])('B86 sendMessage refuses a value that is not a signal: %j', async (signal) => {
    const { flow, transport } = await createSendingFlow();
    expect(() => flow.sendMessage('hello', { signal: signal as never })).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining('signal') }),
    );
    expect(flow.store.getState().messageCount).toBe(0);
    expect(transport.wire).toEqual([]);
  });

  it('B86 settled ignores a signal once it has resolved, and releases it', async () => {
    const { flow, transport } = await createSendingFlow();
    const listeners = new Set<unknown>();
    const signal = {
      aborted: false,
      addEventListener: (_: string, listener: unknown) => listeners.add(listener),
      removeEventListener: (_: string, listener: unknown) => listeners.delete(listener),
    } as unknown as AbortSignal;
    const { settled } = flow.sendMessage('hello', { signal });
    expect(listeners.size).toBe(1);
    transport.messages[0]?.accept({ outcome: 'delivered' });
    expect(await settled).not.toHaveProperty('code');
    expect(listeners.size).toBe(0);
  });

  it('B87 a listener that throws delays neither settled nor the queue, and is reported once', async () => {
    const { flow, transport, push, diagnostics, notified } = await createSendingFlow();
    const heard: string[] = [];
    flow.on('deliveryNotificationReceived', () => {
      throw new Error('a bug of the application');
    });
    flow.on('deliveryNotificationReceived', ({ outcome }) => heard.push(outcome));
    const { id, settled } = flow.sendMessage('one');
    flow.sendMessage('two');
    transport.messages[0]?.accept();
    await push(notification(id, 'delivered'));
    expect(heard).toEqual(['delivered']);
    expect(notified).toEqual([`delivered:${id}`]);
    expect(diagnostics).toEqual(['listener-failed']);
    expect(await now(settled)).toMatchObject({ status: 'delivered' });
    expect(transport.wire).toEqual(['message:one', 'message:two']);
  });

  it('B87 a subscriber of the store or of the message that throws does not delay settled', async () => {
    const { flow, transport, diagnostics } = await createSendingFlow();
    const { id, settled } = flow.sendMessage('one');
    const heard: (string | undefined)[] = [];
    flow.messages.store(id).subscribe(() => {
      throw new Error('a bug of the application');
    });
    flow.messages.store(id).subscribe((record) => heard.push(record?.status));
    transport.messages[0]?.accept({ outcome: 'delivered' });
    expect(await now(settled)).toMatchObject({ status: 'delivered' });
    expect(heard).toEqual(['delivered']);
    expect(diagnostics).toEqual(['subscriber-failed']);
  });

  it('B87 an exception of the application while a message settles does not affect the message', async () => {
    const { flow, transport, diagnostics } = await createSendingFlow();
    const { settled } = flow.sendMessage('one');
    flow.sendMessage('two');
    const handled = settled.then(() => {
      throw new Error('a bug of the application');
    });
    transport.messages[0]?.accept({ outcome: 'delivered' });
    await expect(handled).rejects.toThrow('a bug of the application');
    expect(transport.wire).toEqual(['message:one', 'message:two']);
    expect(diagnostics).toEqual([]);
  });

  it('B67 settled resolves at the end of the flow with the last status', async () => {
    const { flow, transport } = await createSendingFlow();
    const one = flow.sendMessage('one');
    transport.messages[0]?.accept();
    await flushMicrotasks();
    const two = flow.sendMessage('two');
    flow.terminate();
    expect(await now(one.settled)).toMatchObject({ status: 'sent', code: 'terminated' });
    expect(await now(two.settled)).toMatchObject({ status: 'sending', code: 'terminated' });
  });

  it('B67 settled resolves when history contains the own message, if the transport has no notifications', async () => {
    const { flow, transport, push } = await createSendingFlow({
      fake: { capabilities: { deliveryNotifications: false } },
    });
    const { id, settled } = flow.sendMessage('hello');
    transport.setStatus({ state: 'offline' });
    transport.setStatus({ state: 'online' });
    await push({ type: 'history', messages: [incomingMessage(id, { sender: 'ana', body: 'hello' })] });
    expect(await now(settled)).toEqual({ messageId: id, status: 'sent', deliveryFailures: [] });
  });
});
