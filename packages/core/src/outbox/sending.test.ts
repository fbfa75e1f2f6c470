import { flushMicrotasks } from '@imflow/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bodies,
  createHeldStorage,
  createSendingFlow,
  incoming,
  notification,
  type TestFlow,
} from '../../test/testFlow.ts';
import type { MessageStatus } from '../messages/messageRecord.ts';
import { TransportFailure } from '../ports/transport.ts';
import { createMemoryStorage } from '../storage/index.ts';
import { createInstantMessagingFlow } from '../engine/createInstantMessagingFlow.ts';

const refusal = (code: number): TransportFailure => new TransportFailure(code, 'refused', { retryable: false });

/** Sends a text, and responds to it. */
async function sendAnd(test: TestFlow, body: string, answer: 'accept' | 'deliver' | number): Promise<string> {
  const { id } = test.flow.sendMessage(body);
  const call = test.transport.messages.at(-1);
  if (typeof answer === 'number') call?.fail(refusal(answer));
  else call?.accept({ outcome: answer === 'accept' ? 'accepted' : 'delivered' });
  await flushMicrotasks();
  return id;
}

describe('a message that is sent', () => {
  it('B65 a message appears at once, with a client id and a status', async () => {
    const { flow, transport, clock } = await createSendingFlow();
    const { id } = flow.sendMessage('hello');
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(flow.messages.get(id)).toMatchObject({
      id,
      messageId: id,
      direction: 'outgoing',
      sender: 'ana',
      body: 'hello',
      contentType: 'text/plain',
      status: 'sending',
      at: clock.now(),
    });
    expect(Array.from(flow.messages.order)).toEqual([id]);
    expect(flow.store.getState()).toMatchObject({ messageCount: 1, outboxCount: 1 });
    expect(transport.messages[0]?.message).toMatchObject({ messageId: id, body: 'hello', attempt: 1 });
  });

  it('B65 a message is queued while the transport is offline', async () => {
    const { flow, transport } = await createSendingFlow();
    transport.setStatus({ state: 'connecting' });
    const { id } = flow.sendMessage('hello');
    expect(flow.messages.get(id)?.status).toBe('queued');
    expect(flow.store.getState()).toMatchObject({ messageCount: 1, outboxCount: 1 });
  });

  it('B66 a message is delivered when the response comes from the final destination', async () => {
    const { flow, transport } = await createSendingFlow();
    const { id, settled } = flow.sendMessage('hello');
    transport.messages[0]?.accept({ outcome: 'delivered' });
    expect(await settled).toEqual({ messageId: id, status: 'delivered', deliveryFailures: [] });
    expect(flow.messages.get(id)).toMatchObject({ status: 'delivered', deliveryFailures: [] });
  });

  it('B66 a message is sent when a server on the way accepts it', async () => {
    const { flow, transport } = await createSendingFlow({ fake: { capabilities: { deliveryNotifications: false } } });
    const { id, settled } = flow.sendMessage('hello');
    transport.messages[0]?.accept({ outcome: 'accepted' });
    expect(await settled).toEqual({ messageId: id, status: 'sent', deliveryFailures: [] });
    expect(flow.messages.get(id)).toMatchObject({ status: 'sent', deliveryFailures: [] });
  });

  it.each([null, 'fine', { outcome: 'perhaps', notificationExpected: 1 }])(
    'B66 a message counts as sent after an invalid response: %j',
    async (answer) => {
      const { flow, transport, diagnostics } = await createSendingFlow();
      const { id } = flow.sendMessage('one');
      flow.sendMessage('two');
      transport.messages[0]?.accept(answer as never);
      await flushMicrotasks();
      expect(flow.messages.get(id)?.status).toBe('sent');
      expect(transport.wire).toEqual(['message:one', 'message:two']);
      expect(diagnostics).toEqual([]);
    },
  );

  it.each([undefined, null, '', ' \n\t ', 5])('B77 a message without a body is refused (%j)', async (body) => {
    const { flow, transport } = await createSendingFlow();
    expect(() => flow.sendMessage(body as string)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining('body') }),
    );
    expect(transport.wire).toEqual([]);
    expect(flow.store.getState()).toMatchObject({ messageCount: 0, outboxCount: 0 });
  });

  it('B77 a message keeps leading and trailing blanks', async () => {
    const { flow, transport } = await createSendingFlow();
    flow.sendMessage('  hello ');
    expect(transport.wire).toEqual(['message:  hello ']);
  });

  it('B78 sendMessage requires a flow that was started', async () => {
    const { transport } = await createSendingFlow();
    const flow = createInstantMessagingFlow({ transport, remote: 'cleo' });
    flow.setLocalComposingState('composing');
    const { localComposingState } = flow.store.getState();
    expect(() => flow.sendMessage('hello')).toThrow(expect.objectContaining({ code: 'invalid-operation' }));
    expect(flow.store.getState()).toMatchObject({ messageCount: 0, outboxCount: 0, localComposingState });
    expect(transport.wire).toEqual([]);
  });

  it('B78 sendMessage requires a flow that has not ended', async () => {
    const { flow, transport } = await createSendingFlow();
    flow.terminate();
    const before = flow.store.getState();
    expect(() => flow.sendMessage('hello')).toThrow(expect.objectContaining({ code: 'invalid-operation' }));
    expect(flow.store.getState()).toBe(before);
    expect(flow.messages.order.length).toBe(0);
    expect(transport.wire).toEqual([]);
  });

  it('B78 a message is queued before the first connection, and sent once it is established', async () => {
    const { flow, transport } = await createSendingFlow({ fake: { autoConnect: false } });
    const { id } = flow.sendMessage('hello');
    expect(flow.store.getState()).toMatchObject({ state: 'idle', outboxCount: 1 });
    expect(flow.messages.get(id)?.status).toBe('queued');
    expect(transport.wire).toEqual([]);
    transport.setStatus({ state: 'online' });
    expect(transport.wire).toEqual(['message:hello']);
  });

  it('B79 a message over the limit is refused before anything is queued', async () => {
    const { flow, transport } = await createSendingFlow({ template: { maxMessageLength: 5 } });
    expect(() => flow.sendMessage('123456')).toThrow(expect.objectContaining({ code: 'out-of-range' }));
    expect(flow.store.getState()).toMatchObject({ messageCount: 0, outboxCount: 0 });
    flow.sendMessage('12345');
    expect(transport.wire).toEqual(['message:12345']);
  });

  it("B79 a body over the transport's limit in bytes is refused", async () => {
    const { flow, transport } = await createSendingFlow({ fake: { capabilities: { maxMessageBytes: 10 } } });
    // One, two, three and four bytes.
    expect(() => flow.sendMessage('aé€😀!')).toThrow(expect.objectContaining({ code: 'out-of-range' }));
    expect(transport.wire).toEqual([]);
    flow.sendMessage('aé€😀');
    expect(transport.wire).toEqual(['message:aé€😀']);
  });

  it('B79 a message of a type that the peer refuses fails with a clear code', async () => {
    const { flow, transport } = await createSendingFlow();
    const { id, settled } = flow.sendMessage('{}', { contentType: 'application/json' });
    expect(transport.messages[0]?.message.contentType).toBe('application/json');
    transport.messages[0]?.fail(refusal(415));
    expect(await settled).toMatchObject({ status: 'failed', code: 'refused', responseCode: 415 });
    expect(flow.messages.get(id)).toMatchObject({ status: 'failed', code: 415, retryable: false });
  });

  it('B80 two messages with the same text are two items with two ids', async () => {
    const { flow, transport } = await createSendingFlow({ fake: { autoAnswer: { outcome: 'delivered' } } });
    const [one, two] = [flow.sendMessage('yes'), flow.sendMessage('yes')];
    await flushMicrotasks();
    expect(one.id).not.toBe(two.id);
    expect(bodies(flow)).toEqual(['yes', 'yes']);
    expect(transport.messages.map((call) => call.message.messageId)).toEqual([one.id, two.id]);
  });
});

describe('several messages', () => {
  it('B81 messages are sent in the order of the calls, each after the response to the one before', async () => {
    const { flow, transport } = await createSendingFlow();
    for (const body of ['one', 'two', 'three']) flow.sendMessage(body);
    await flushMicrotasks();
    expect(transport.wire).toEqual(['message:one']);
    transport.messages[0]?.accept();
    await flushMicrotasks();
    expect(transport.wire).toEqual(['message:one', 'message:two']);
    transport.messages[1]?.fail(refusal(403));
    await flushMicrotasks();
    expect(transport.wire).toEqual(['message:one', 'message:two', 'message:three']);
  });

  it('B81 messages are sent in the order of the calls if the transport allows several at once', async () => {
    const { flow, transport } = await createSendingFlow({ fake: { capabilities: { maxInFlight: 2 } } });
    for (const body of ['one', 'two', 'three']) flow.sendMessage(body);
    expect(transport.wire).toEqual(['message:one', 'message:two']);
    transport.messages[1]?.accept();
    await flushMicrotasks();
    expect(transport.wire).toEqual(['message:one', 'message:two', 'message:three']);
  });
});

describe('a failed message', () => {
  it('B82 a retry sends a message again under its id, in its place, as a further attempt', async () => {
    const test = await createSendingFlow();
    const { flow, transport, clock, push } = test;
    const sentAt = clock.now();
    const id = await sendAnd(test, 'first', 486);
    await sendAnd(test, 'second', 'accept');
    await push(incoming('third'));
    expect(flow.messages.get(id)).toMatchObject({ status: 'failed', attempts: 1 });
    const { order } = flow.messages;
    await clock.advance(60_000);

    const { id: again } = flow.retryMessage(id);
    expect(again).toBe(id);
    expect(flow.messages.get(id)).toMatchObject({ status: 'sending', attempts: 2, deliveryFailures: [] });
    expect(flow.messages.get(id)).not.toHaveProperty('code');
    expect(transport.messages.at(-1)?.message).toMatchObject({ messageId: id, body: 'first', attempt: 2, sentAt });
    transport.messages.at(-1)?.accept();
    await flushMicrotasks();
    expect(flow.messages.get(id)?.status).toBe('sent');
    expect(flow.messages.order).toBe(order);
    expect(bodies(flow)).toEqual(['first', 'second', 'third']);
  });

  it('B82 retryAll retries all retryable messages, oldest first', async () => {
    const test = await createSendingFlow();
    const { flow, transport } = test;
    for (const [body, code] of [
      ['one', 486],
      ['two', 403],
      ['three', 503],
    ] as const)
      await sendAnd(test, body, code);
    expect(flow.store.getState().failedCount).toBe(3);
    expect(flow.retryAll()).toBe(2);
    transport.messages.at(-1)?.accept();
    await flushMicrotasks();
    expect(transport.wire.slice(3)).toEqual(['message:one', 'message:three']);
  });

  it('B83 a failed message that the server already has counts as accepted, and is delivered only by a notification', async () => {
    const test = await createSendingFlow();
    const { flow, transport, push } = test;
    const id = await sendAnd(test, 'hello', 408);
    const { settled } = flow.retryMessage(id);
    transport.messages.at(-1)?.accept({ outcome: 'accepted' });
    await flushMicrotasks();
    expect(flow.messages.get(id)?.status).toBe('sent');
    await push(notification(id, 'delivered'));
    expect(await settled).toMatchObject({ status: 'delivered', deliveryFailures: [] });
  });

  it('B84 a message is sent once, however often the user clicks Retry', async () => {
    const test = await createSendingFlow();
    const { flow, transport } = test;
    const id = await sendAnd(test, 'hello', 486);
    const [one, two] = [flow.retryMessage(id), flow.retryMessage(id)];
    flow.retryAll();
    await flushMicrotasks();
    expect(flow.messages.get(id)).toMatchObject({ status: 'sending', attempts: 2 });
    expect(transport.wire).toEqual(['message:hello', 'message:hello']);
    transport.messages[1]?.accept({ outcome: 'delivered' });
    expect(await one.settled).toMatchObject({ status: 'delivered' });
    expect(await two.settled).toMatchObject({ status: 'delivered' });
    expect(transport.messages).toHaveLength(2);
  });

  it('B84 a queued message is sent once when the user clicks Retry again', async () => {
    const test = await createSendingFlow();
    const { flow, transport } = test;
    const id = await sendAnd(test, 'hello', 486);
    transport.setStatus({ state: 'offline' });
    flow.retryMessage(id);
    flow.retryMessage(id);
    transport.setStatus({ state: 'online' });
    transport.messages[1]?.accept();
    await flushMicrotasks();
    expect(transport.wire).toEqual(['message:hello', 'message:hello']);
  });

  it('B82 a message cannot be retried if it did not fail, or is unknown', async () => {
    const test = await createSendingFlow();
    const id = await sendAnd(test, 'hello', 'accept');
    expect(() => test.flow.retryMessage(id)).toThrow(expect.objectContaining({ code: 'invalid-operation' }));
    expect(() => test.flow.retryMessage('nobody')).toThrow(expect.objectContaining({ code: 'unknown-message' }));
  });
});

describe('a message that is discarded', () => {
  it('B85 a message that is discarded while queued is never sent', async () => {
    const { flow, transport } = await createSendingFlow();
    const [one, two, three] = [flow.sendMessage('one'), flow.sendMessage('two'), flow.sendMessage('three')];
    flow.discardMessage(two.id);
    expect(await two.settled).toMatchObject({ messageId: two.id, status: 'queued', code: 'discarded' });
    expect(flow.messages.get(two.id)).toBeUndefined();
    expect(Array.from(flow.messages.order)).toEqual([one.id, three.id]);
    transport.messages[0]?.accept();
    await flushMicrotasks();
    transport.setStatus({ state: 'offline' });
    transport.setStatus({ state: 'online' });
    transport.messages[1]?.accept();
    await flushMicrotasks();
    expect(transport.wire).not.toContain('message:two');
    expect(() => flow.discardMessage(two.id)).toThrow(expect.objectContaining({ code: 'unknown-message' }));
  });

  it('B85 a discard is refused once the message was passed to the transport, also while the transport is offline', async () => {
    const { flow, transport, push } = await createSendingFlow();
    const { id } = flow.sendMessage('hello');
    const refused = expect.objectContaining({ code: 'invalid-operation' });
    expect(() => flow.discardMessage(id)).toThrow(refused);
    transport.setStatus({ state: 'offline' });
    expect(() => flow.discardMessage(id)).toThrow(refused);
    transport.setStatus({ state: 'online' });
    transport.messages[1]?.accept();
    await flushMicrotasks();
    expect(() => flow.discardMessage(id)).toThrow(refused);
    await push(notification(id, 'delivered'));
    expect(() => flow.discardMessage(id)).toThrow(refused);
    expect(flow.messages.get(id)?.status).toBe('delivered');
  });

  it('B85 a discard is refused while the message waits for its next attempt: the network may have it', async () => {
    const { flow, transport, clock } = await createSendingFlow();
    const { id } = flow.sendMessage('hello');
    transport.messages[0]?.fail(new TransportFailure(503, 'later', { retryable: true }));
    await flushMicrotasks();
    expect(() => flow.discardMessage(id)).toThrow(expect.objectContaining({ code: 'invalid-operation' }));
    await clock.advance(1_000);
    transport.messages[1]?.accept({ outcome: 'delivered' });
    await flushMicrotasks();
    expect(flow.messages.get(id)?.status).toBe('delivered');
  });

  it('B85 a message that is discarded while it is being stored is never sent', async () => {
    const storage = createMemoryStorage();
    const held = createHeldStorage(storage, 'write');
    const { flow, transport } = await createSendingFlow({ storage: held.storage });
    const { id, settled } = flow.sendMessage('hello');
    flow.discardMessage(id);
    expect(await settled).toMatchObject({ status: 'queued', code: 'discarded' });
    await held.release();
    await held.release();
    expect(transport.wire).toEqual([]);
    flow.terminate();
    const again = await createSendingFlow({ storage, seed: 2 });
    expect(again.transport.wire).toEqual([]);
    expect(again.flow.messages.order.length).toBe(0);
  });

  it('B85 a failed message can be discarded', async () => {
    const test = await createSendingFlow();
    const { flow } = test;
    const failed = await sendAnd(test, 'one', 403);
    const undeliverable = await sendAnd(test, 'two', 603);
    flow.discardMessage(failed);
    flow.discardMessage(undeliverable);
    expect(flow.store.getState()).toMatchObject({ messageCount: 0, failedCount: 0 });
  });

  it('B85 a received message cannot be discarded', async () => {
    const { flow, push } = await createSendingFlow();
    await push(incoming('m1'));
    expect(() => flow.discardMessage('m1')).toThrow(expect.objectContaining({ code: 'invalid-operation' }));
    expect(flow.messages.get('m1')).toBeDefined();
  });
});

describe('receipts of the participant', () => {
  it('B69 a receipt before the response counts, and the response does not lower the status', async () => {
    const { flow, transport, push, notified } = await createSendingFlow();
    const { id, settled } = flow.sendMessage('hello');
    await push(notification(id, 'delivered'));
    expect(flow.messages.get(id)?.status).toBe('delivered');
    transport.messages[0]?.accept({ outcome: 'accepted' });
    await flushMicrotasks();
    expect(flow.messages.get(id)?.status).toBe('delivered');
    expect(await settled).toEqual({ messageId: id, status: 'delivered', deliveryFailures: [] });
    expect(notified).toEqual([`delivered:${id}`]);
  });

  it('B69 a receipt before the response releases the next message', async () => {
    const { flow, transport, push } = await createSendingFlow();
    const { id } = flow.sendMessage('one');
    flow.sendMessage('two');
    await push(notification(id, 'delivered'));
    expect(transport.wire).toEqual(['message:one', 'message:two']);
  });

  it('B70 a message names each recipient that it did not reach, with the reason', async () => {
    const test = await createSendingFlow();
    const { flow, push } = test;
    const events: unknown[] = [];
    flow.on('deliveryNotificationReceived', (event) => events.push(event));
    const { id, settled } = flow.sendMessage('hello');
    test.transport.messages[0]?.accept();
    await flushMicrotasks();
    const failures = [
      { recipient: 'bo', responseCode: 486 },
      { recipient: 'bo/phone', responseCode: 408 },
    ];
    await push(notification(id, 'failed', { failures }));
    expect(flow.messages.get(id)).toMatchObject({ status: 'undeliverable', code: 486, deliveryFailures: failures });
    expect(await settled).toEqual({
      messageId: id,
      status: 'undeliverable',
      code: 'undeliverable',
      responseCode: 486,
      deliveryFailures: failures,
    });
    expect(events).toEqual([
      { messageId: id, outcome: 'failed', failedDeliveryAttemptExists: true, deliveryFailures: failures },
    ]);
  });

  it('B70 a failure without a list of recipients counts for its sender', async () => {
    const test = await createSendingFlow();
    const id = await sendAnd(test, 'hello', 'accept');
    await test.push(notification(id, 'failed', { code: 480 }));
    expect(test.flow.messages.get(id)).toMatchObject({
      status: 'undeliverable',
      code: 480,
      deliveryFailures: [{ recipient: 'bo', responseCode: 480 }],
    });
  });

  it.each([0, 99, 200, 700, 1e9, 486.5])(
    'B70 a failure has no code %d, which is not a failure code',
    async (responseCode) => {
      const test = await createSendingFlow();
      const id = await sendAnd(test, 'hello', 'accept');
      await test.push(
        notification(id, 'failed', { code: responseCode, failures: [{ recipient: 'bo', responseCode }] }),
      );
      expect(test.flow.messages.get(id)).toMatchObject({
        status: 'undeliverable',
        code: 500,
        deliveryFailures: [{ recipient: 'bo', responseCode: 500 }],
      });
    },
  );

  it.each(['delivered', 'displayed'] as const)('B73 a failure is ignored once the message was %s', async (outcome) => {
    const test = await createSendingFlow();
    const { flow, push, notified, diagnostics } = test;
    const id = await sendAnd(test, 'hello', 'accept');
    await push(notification(id, outcome));
    await push(notification(id, 'failed', { code: 500 }));
    expect(flow.messages.get(id)).toMatchObject({ status: outcome, deliveryFailures: [] });
    expect(flow.messages.get(id)).not.toHaveProperty('code');
    expect(notified).toEqual([`${outcome}:${id}`]);
    expect(diagnostics).toEqual(['notification-late']);
  });

  it('B73 a success replaces an earlier failure', async () => {
    const test = await createSendingFlow();
    const { flow, push } = test;
    const id = await sendAnd(test, 'hello', 'accept');
    await push(notification(id, 'failed', { code: 500 }));
    await push(notification(id, 'delivered'));
    expect(flow.messages.get(id)).toMatchObject({ status: 'delivered', deliveryFailures: [] });
  });

  it('B74 a displayed message stays displayed when "delivered" comes late, and takes its time', async () => {
    const test = await createSendingFlow();
    const { flow, push, clock } = test;
    const id = await sendAnd(test, 'hello', 'accept');
    await push(notification(id, 'displayed'));
    const displayed = clock.now();
    expect(flow.messages.get(id)?.timestamps.delivered).toBeUndefined();
    await clock.advance(1_000);
    await push(notification(id, 'delivered'));
    expect(flow.messages.get(id)).toMatchObject({
      status: 'displayed',
      timestamps: { displayed, delivered: displayed + 1_000 },
    });
    await clock.advance(1_000);
    await push(notification(id, 'delivered'));
    expect(flow.messages.get(id)?.timestamps.delivered).toBe(displayed + 1_000);
  });

  it('B75 "displayed" for a message that was never confirmed counts for that message alone', async () => {
    const test = await createSendingFlow();
    const { flow, push } = test;
    const one = await sendAnd(test, 'one', 'accept');
    const two = await sendAnd(test, 'two', 'accept');
    const { id: three } = flow.sendMessage('three');
    await push(notification(three, 'displayed', { upTo: true }));
    expect([one, two, three].map((id) => flow.messages.get(id)?.status)).toEqual(['sent', 'sent', 'displayed']);
  });

  it('B75 "displayed" without "up to" does not change other messages, whatever their status', async () => {
    const test = await createSendingFlow();
    const one = await sendAnd(test, 'one', 'deliver');
    const two = await sendAnd(test, 'two', 'deliver');
    await test.push(notification(two, 'displayed'));
    expect([one, two].map((id) => test.flow.messages.get(id)?.status)).toEqual(['delivered', 'displayed']);
  });

  it('B76 "displayed up to" covers the messages that arrived, and leaves failed ones', async () => {
    const test = await createSendingFlow();
    const { flow, push } = test;
    const ids: string[] = [];
    for (let number = 1; number <= 12; number += 1) {
      ids.push(await sendAnd(test, String(number), number === 4 ? 403 : number === 7 ? 603 : 'deliver'));
    }
    await push(notification(ids[9]!, 'displayed', { upTo: true }));
    const expected: MessageStatus[] = Array.from({ length: 12 }, (_, index) =>
      index < 10 ? 'displayed' : 'delivered',
    );
    expected[3] = 'failed';
    expected[6] = 'undeliverable';
    expect(ids.map((id) => flow.messages.get(id)?.status)).toEqual(expected);
  });

  it('B76 "displayed up to" an older message lowers no status', async () => {
    const test = await createSendingFlow();
    const { flow, push, notified } = test;
    const ids = [await sendAnd(test, 'one', 'deliver'), await sendAnd(test, 'two', 'deliver')];
    await push(notification(ids[1]!, 'displayed', { upTo: true }));
    await push(notification(ids[0]!, 'displayed', { upTo: true }));
    expect(ids.map((id) => flow.messages.get(id)?.status)).toEqual(['displayed', 'displayed']);
    expect(notified).toEqual([`displayed:${ids[1]}`]);
  });

  it('B76 a read marker with a list covers exactly the messages that it names', async () => {
    const test = await createSendingFlow();
    const { flow, push } = test;
    const ids = [];
    for (const body of ['one', 'two', 'three', 'four']) ids.push(await sendAnd(test, body, 'deliver'));
    await push(notification(ids[3]!, 'displayed', { upTo: true, messageIds: [ids[1]!, ids[3]!, 'nobody'] }));
    expect(ids.map((id) => flow.messages.get(id)?.status)).toEqual([
      'delivered',
      'displayed',
      'delivered',
      'displayed',
    ]);
  });

  it('B76 "displayed up to" does not cover a message whose delivery is reported only afterwards', async () => {
    const test = await createSendingFlow();
    const { flow, push } = test;
    const one = await sendAnd(test, 'one', 'accept');
    const two = await sendAnd(test, 'two', 'accept');
    await push(notification(two, 'displayed', { upTo: true }));
    await push(notification(one, 'delivered'));
    expect([one, two].map((id) => flow.messages.get(id)?.status)).toEqual(['delivered', 'displayed']);
  });

  it('B76 "displayed up to" does not cover a message that had failed and was sent again later', async () => {
    const test = await createSendingFlow();
    const { flow, transport, push, clock } = test;
    const one = await sendAnd(test, 'one', 486);
    const two = await sendAnd(test, 'two', 'deliver');
    await push(notification(two, 'displayed', { upTo: true }));
    await clock.advance(1_000);
    flow.retryMessage(one);
    transport.messages.at(-1)?.accept();
    await push(notification(one, 'delivered'));
    expect(flow.messages.get(one)?.status).toBe('delivered');
    await push(notification(one, 'displayed', { upTo: true }));
    expect(flow.messages.get(one)?.status).toBe('displayed');
  });

  it.each([
    ['an unknown message', 'nobody', 'bo', 'notification-unknown'],
    ['a different participant', undefined, 'eve', 'notification-foreign'],
    ['a device of the local user', undefined, 'ana', 'notification-foreign'],
  ])('B111 a notification about or from %s changes nothing', async (_, messageId, sender, diagnostic) => {
    const test = await createSendingFlow();
    const { flow, push, notified, diagnostics } = test;
    const id = await sendAnd(test, 'hello', 'accept');
    for (const outcome of ['delivered', 'displayed', 'failed'] as const) {
      await push(notification(messageId ?? id, outcome, { sender }));
    }
    expect(flow.messages.get(id)?.status).toBe('sent');
    expect(notified).toEqual([]);
    expect(diagnostics).toEqual([diagnostic, diagnostic, diagnostic]);
  });

  it('B111 a notification for a received message changes nothing', async () => {
    const { flow, push, notified, diagnostics } = await createSendingFlow();
    await push(incoming('m1'));
    await push(notification('m1', 'failed', { code: 500 }));
    expect(flow.messages.get('m1')?.status).toBe('delivered');
    expect(notified).toEqual([]);
    expect(diagnostics).toEqual(['notification-unknown']);
  });

  it('B111 a notification for a message of another flow changes nothing', async () => {
    const test = await createSendingFlow();
    const { transport, clock } = test;
    const other = createInstantMessagingFlow({ transport, remote: 'cleo', clock });
    other.start();
    const id = await sendAnd(test, 'hello', 'accept');
    transport.push(notification(id, 'delivered', { sender: 'cleo' }), 'cleo');
    transport.push(notification(id, 'delivered', { sender: 'bo' }), 'cleo');
    expect(test.flow.messages.get(id)?.status).toBe('sent');
    expect(other.messages.get(id)).toBeUndefined();
  });

  it('B111 a notification from the new address of the participant counts', async () => {
    const test = await createSendingFlow();
    const id = await sendAnd(test, 'hello', 'accept');
    await test.push({ type: 'participant', address: 'bo', change: 'renamed', to: 'bob' });
    await test.push(notification(id, 'delivered', { sender: 'bob' }));
    expect(test.flow.messages.get(id)?.status).toBe('delivered');
  });

  it.each(['delivered', 'displayed', 'failed'] as const)(
    'B112 a duplicate notification (%s) causes one event and one change',
    async (outcome) => {
      const test = await createSendingFlow();
      const { push, notified, statuses } = test;
      const id = await sendAnd(test, 'hello', 'accept');
      const changes = statuses.length;
      await push(notification(id, outcome, { code: 486 }));
      const record = test.flow.messages.get(id);
      await push(notification(id, outcome, { code: 486 }));
      expect(notified).toEqual([`${outcome}:${id}`]);
      expect(statuses).toHaveLength(changes + 1);
      expect(test.flow.messages.get(id)).toBe(record);
    },
  );

  it('B72 B73 B112 notifications in any order and number lead to the furthest status that was reported', async () => {
    const ranks: MessageStatus[] = ['queued', 'sending', 'failed', 'sent', 'undeliverable', 'delivered', 'displayed'];
    const rank = (status: MessageStatus): number => ranks.indexOf(status);
    const learnt = {
      accepted: 'sent',
      arrived: 'delivered',
      refused: 'failed',
      declined: 'undeliverable',
      delivered: 'delivered',
      displayed: 'displayed',
      failed: 'undeliverable',
      silence: 'failed',
    } as const;
    const happenings = fc.constantFrom(...(Object.keys(learnt) as (keyof typeof learnt)[]));

    await fc.assert(
      fc.asyncProperty(fc.array(happenings, { maxLength: 8 }), async (story) => {
        const { flow, transport, push, clock, statuses } = await createSendingFlow();
        const { id } = flow.sendMessage('hello');
        const [call] = transport.messages;
        let furthest: MessageStatus = 'sending';
        let answered = false;
        for (const happening of story) {
          if (happening === 'silence') {
            await clock.advance(30_000);
            // Without a response so far, it is a time-out.
            if (furthest !== 'sending') continue;
          } else if (happening === 'delivered' || happening === 'displayed' || happening === 'failed') {
            await push(notification(id, happening));
          } else {
            // A transport responds once.
            if (answered) continue;
            answered = true;
            if (happening === 'accepted') call?.accept();
            else if (happening === 'arrived') call?.accept({ outcome: 'delivered' });
            else call?.fail(refusal(happening === 'refused' ? 403 : 603));
            await flushMicrotasks();
          }
          if (rank(learnt[happening]) > rank(furthest)) furthest = learnt[happening];
          expect(flow.messages.get(id)?.status).toBe(furthest);
        }
        let at: MessageStatus = 'queued';
        for (const change of statuses) {
          const [from, to] = change.split('→') as [MessageStatus, MessageStatus];
          expect(from).toBe(at);
          expect(rank(to)).toBeGreaterThan(rank(from));
          at = to;
        }
        expect(at).toBe(furthest);
      }),
      { numRuns: 150 },
    );
  });
});
