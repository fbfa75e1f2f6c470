import { flushMicrotasks } from '@imflow/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createHeldStorage,
  bodies,
  createSendingFlow,
  incoming,
  incomingMessage,
  notification,
} from '../../test/testFlow.ts';
import { TransportFailure } from '../ports/transport.ts';
import { createMemoryStorage } from '../storage/index.ts';

const retryable = new TransportFailure(503, 'later', { retryable: true });
const final = new TransportFailure(403, 'never', { retryable: false });

describe('after the computer slept', () => {
  it.each([2, 60, 28_800])(
    'B164 after a sleep of %i s beyond the time-out, a message whose connection is lost is sent again under its id',
    async (seconds) => {
      const { flow, transport, clock } = await createSendingFlow();
      const { id } = flow.sendMessage('hello');
      await clock.sleep(30_000 + seconds * 1_000);
      expect(flow.messages.get(id)?.status).toBe('sending');
      // Only now the transport learns that its connection is lost.
      await clock.advance(20_000);
      transport.setStatus({ state: 'offline' });
      await clock.advance(60_000);
      transport.setStatus({ state: 'online' });
      expect(transport.messages.map(({ message }) => message.messageId)).toEqual([id, id]);
      transport.messages[1]?.accept();
      await flushMicrotasks();
      expect(flow.messages.get(id)?.status).toBe('sent');
    },
  );

  it('B164 after a sleep, a message whose response is still unread counts as sent', async () => {
    const { flow, transport, clock } = await createSendingFlow();
    const { id } = flow.sendMessage('hello');
    await clock.sleep(3_600_000);
    transport.messages[0]?.accept();
    await flushMicrotasks();
    expect(flow.messages.get(id)?.status).toBe('sent');
    expect(flow.store.getState().failedCount).toBe(0);
  });

  it('B164 after several sleeps, a message keeps its time-out, and fails if no response comes', async () => {
    const { flow, clock } = await createSendingFlow();
    const { id } = flow.sendMessage('hello');
    for (let nap = 0; nap < 5; nap += 1) await clock.sleep(3_600_000);
    await clock.advance(29_999);
    expect(flow.messages.get(id)?.status).toBe('sending');
    await clock.advance(1);
    expect(flow.messages.get(id)).toMatchObject({ status: 'failed', code: 408, retryable: true });
  });

  it('B164 a hidden page, whose timers run once a minute, does not wait forever', async () => {
    const { flow, clock } = await createSendingFlow();
    const { id } = flow.sendMessage('hello');
    await clock.sleep(60_000);
    await clock.sleep(60_000);
    expect(flow.messages.get(id)?.status).toBe('failed');
  });
});

describe('without a connection', () => {
  it('B115 messages are queued in order without a connection, and sent first in, first out, before newer ones', async () => {
    const { flow, transport } = await createSendingFlow();
    transport.setStatus({ state: 'offline' });
    const ids = ['one', 'two', 'three'].map((body) => flow.sendMessage(body).id);
    expect(ids.map((id) => flow.messages.get(id)?.status)).toEqual(['queued', 'queued', 'queued']);
    expect(flow.store.getState()).toMatchObject({ state: 'active', connection: 'offline', outboxCount: 3 });
    expect(transport.wire).toEqual([]);
    transport.setStatus({ state: 'connecting' });
    expect(transport.wire).toEqual([]);
    transport.setStatus({ state: 'online' });
    flow.sendMessage('four');
    for (const index of [0, 1, 2, 3]) {
      expect(transport.messages).toHaveLength(index + 1);
      transport.messages[index]?.accept({ outcome: 'delivered' });
      await flushMicrotasks();
    }
    expect(transport.wire).toEqual(['message:one', 'message:two', 'message:three', 'message:four']);
    expect(bodies(flow)).toEqual(['one', 'two', 'three', 'four']);
    expect(flow.store.getState().outboxCount).toBe(0);
  });

  it('B115 a retryable failure of the first message blocks the queue, and is retried with back-off and jitter', async () => {
    const { flow, transport, clock } = await createSendingFlow();
    flow.sendMessage('one');
    flow.sendMessage('two');
    for (let failures = 1; failures <= 8; failures += 1) {
      const tries = transport.messages.length;
      transport.messages.at(-1)?.fail(retryable);
      await flushMicrotasks();
      const longest = Math.min(60_000, 1_000 * 2 ** (failures - 1));
      await clock.advance(longest / 2 - 1);
      expect(transport.messages).toHaveLength(tries);
      await clock.advance(longest / 2 + 1);
      expect(transport.messages).toHaveLength(tries + 1);
      expect(transport.messages.at(-1)?.message).toMatchObject({ body: 'one', attempt: failures + 1 });
    }
    transport.messages.at(-1)?.accept();
    await flushMicrotasks();
    expect(transport.wire.at(-1)).toBe('message:two');
    expect(transport.wire.filter((call) => call === 'message:two')).toHaveLength(1);
    expect(transport.messages.map((call) => call.message.messageId).slice(0, -1)).toEqual(
      Array.from({ length: 9 }, () => transport.messages[0]?.message.messageId),
    );
  });

  it('B115 the back-off differs randomly between flows', async () => {
    const waits = new Set<number>();
    for (let seed = 1; seed <= 8; seed += 1) {
      const { flow, transport, clock } = await createSendingFlow({ seed });
      flow.sendMessage('one');
      transport.messages[0]?.fail(retryable);
      await flushMicrotasks();
      const begin = clock.now();
      while (transport.messages.length === 1) await clock.advance(10);
      waits.add(clock.now() - begin);
    }
    expect(waits.size).toBeGreaterThan(4);
  });

  it('B115 an unexpected exception of the transport is a retryable failure', async () => {
    const { flow, transport, clock } = await createSendingFlow();
    const { id } = flow.sendMessage('one');
    transport.messages[0]?.fail(new TypeError('undefined is not a function'));
    await clock.advance(1_000);
    transport.messages[1]?.accept();
    await flushMicrotasks();
    expect(flow.messages.get(id)?.status).toBe('sent');
  });

  it('B115 a final refusal of the first message marks it as failed, and the queue continues', async () => {
    const { flow, transport } = await createSendingFlow();
    transport.setStatus({ state: 'offline' });
    const one = flow.sendMessage('one');
    flow.sendMessage('two');
    transport.setStatus({ state: 'online' });
    transport.messages[0]?.fail(final);
    expect(await one.settled).toMatchObject({ status: 'failed', code: 'refused', responseCode: 403 });
    expect(transport.wire).toEqual(['message:one', 'message:two']);
  });

  it('B115 the first message fails after the maximum number of attempts, and the queue continues', async () => {
    const { flow, transport, clock } = await createSendingFlow({ template: { maxSendAttempts: 3 } });
    const one = flow.sendMessage('one');
    flow.sendMessage('two');
    for (let tries = 1; tries <= 3; tries += 1) {
      transport.messages.at(-1)?.fail(retryable);
      await clock.advance(60_000 / 2);
    }
    expect(await one.settled).toMatchObject({ status: 'failed', responseCode: 503 });
    expect(flow.messages.get(one.id)).toMatchObject({ status: 'failed', code: 503, retryable: true, attempts: 3 });
    expect(transport.wire).toEqual(['message:one', 'message:one', 'message:one', 'message:two']);
  });

  it('B319 a message that may have arrived before the connection was lost fails as timed out, not as refused, after the last attempt', async () => {
    const { flow, transport, clock } = await createSendingFlow({ template: { maxSendAttempts: 2 } });
    const { id, settled } = flow.sendMessage('one');
    const other = flow.sendMessage('two');
    await flushMicrotasks();
    transport.setStatus({ state: 'offline' });
    transport.setStatus({ state: 'online' });
    for (let tries = 1; tries <= 4; tries += 1) {
      await flushMicrotasks();
      transport.messages.at(-1)?.fail(retryable);
      await clock.advance(10_000);
    }
    expect(await settled).toMatchObject({ status: 'failed', code: 'timeout', responseCode: 408 });
    expect(flow.messages.get(id)).toMatchObject({ status: 'failed', code: 408, retryable: true });
    // Each attempt of the message behind it had a response.
    expect(await other.settled).toMatchObject({ status: 'failed', code: 'refused', responseCode: 503 });
  });

  it('B319 a refusal does not fail an earlier attempt that may have arrived, also of an earlier page', async () => {
    const { flow, transport } = await createSendingFlow();
    const { id, settled } = flow.sendMessage('one');
    await flushMicrotasks();
    transport.setStatus({ state: 'offline' });
    transport.setStatus({ state: 'online' });
    transport.messages.at(-1)?.fail(final);
    expect(await settled).toMatchObject({ status: 'failed', code: 'timeout', responseCode: 408 });
    flow.retryMessage(id);
    await flushMicrotasks();
    transport.messages.at(-1)?.fail(final);
    await flushMicrotasks();
    expect(flow.messages.get(id)).toMatchObject({ status: 'failed', code: 408, retryable: true });

    const storage = createMemoryStorage();
    const first = await createSendingFlow({ storage });
    const sent = first.flow.sendMessage('one');
    await first.clock.advance(1_000);
    expect(first.transport.messages).toHaveLength(1);
    const next = await createSendingFlow({ storage, seed: 2 });
    await next.clock.advance(1_000);
    next.transport.messages.at(-1)?.fail(final);
    await next.clock.advance(1_000);
    expect(next.flow.messages.get(sent.id)).toMatchObject({ status: 'failed', code: 408, retryable: true });
  });

  it.each([404, 413, 415, 603])('B319 a refusal with %i applies to every attempt', async (code) => {
    const { flow, transport } = await createSendingFlow();
    const { settled } = flow.sendMessage('one');
    await flushMicrotasks();
    transport.setStatus({ state: 'offline' });
    transport.setStatus({ state: 'online' });
    transport.messages.at(-1)?.fail(new TransportFailure(code, 'Refused.', { retryable: false }));
    expect(await settled).toMatchObject({ responseCode: code });
  });

  it('B115 a new connection does not wait for the back-off', async () => {
    const { flow, transport } = await createSendingFlow();
    flow.sendMessage('one');
    transport.messages[0]?.fail(retryable);
    await flushMicrotasks();
    transport.setStatus({ state: 'offline' });
    transport.setStatus({ state: 'online' });
    expect(transport.wire).toEqual(['message:one', 'message:one']);
  });

  it('B115 messages wait for a participant who is away, if the server stores none for them', async () => {
    const { flow, transport, push } = await createSendingFlow({ fake: { capabilities: { offlineDelivery: false } } });
    await push({ type: 'participant', address: 'bo', change: 'unavailable' });
    const { id } = flow.sendMessage('one');
    expect(flow.messages.get(id)?.status).toBe('queued');
    expect(transport.wire).toEqual([]);
    await push({ type: 'participant', address: 'bo', change: 'available' });
    expect(transport.wire).toEqual(['message:one']);
  });

  it('B115 a retried message keeps its place in the queue, and its place in the list', async () => {
    const { flow, transport } = await createSendingFlow();
    const { id } = flow.sendMessage('one');
    transport.messages[0]?.fail(final);
    await flushMicrotasks();
    transport.setStatus({ state: 'offline' });
    flow.sendMessage('two');
    flow.retryMessage(id);
    transport.setStatus({ state: 'online' });
    transport.messages[1]?.accept();
    await flushMicrotasks();
    expect(transport.wire.slice(1)).toEqual(['message:one', 'message:two']);
    expect(bodies(flow)).toEqual(['one', 'two']);
  });
});

it('B115 a retried message is sent after an earlier one that is still in flight', async () => {
  const { flow, transport } = await createSendingFlow({ fake: { capabilities: { maxInFlight: 2 } } });
  flow.sendMessage('one');
  const two = flow.sendMessage('two');
  flow.sendMessage('three');
  transport.messages[1]?.fail(final);
  await flushMicrotasks();
  transport.setStatus({ state: 'offline' });
  flow.retryMessage(two.id);
  transport.setStatus({ state: 'online' });
  for (const index of [3, 4, 5]) {
    transport.messages[index]?.accept();
    await flushMicrotasks();
  }
  expect(transport.wire.slice(3)).toEqual(['message:one', 'message:two', 'message:three']);
  expect(bodies(flow)).toEqual(['one', 'two', 'three']);
});

describe('a connection that breaks', () => {
  it('B116 a message in flight is sent again after the reconnect, once, with its id and its time', async () => {
    const { flow, transport, clock } = await createSendingFlow();
    const sentAt = clock.now();
    const { id, settled } = flow.sendMessage('one');
    flow.sendMessage('two');
    await clock.advance(5_000);
    transport.setStatus({ state: 'offline' });
    transport.messages[0]?.fail(retryable);
    await clock.advance(3_600_000);
    expect(transport.messages).toHaveLength(1);
    transport.setStatus({ state: 'online' });
    await clock.advance(10_000);
    expect(transport.messages).toHaveLength(2);
    expect(transport.messages[1]?.message).toMatchObject({ messageId: id, body: 'one', sentAt, attempt: 2 });
    // The server already has the message.
    transport.messages[1]?.accept({ outcome: 'accepted' });
    await flushMicrotasks();
    expect(flow.messages.get(id)).toMatchObject({ status: 'sent', attempts: 2 });
    expect(transport.wire).toEqual(['message:one', 'message:one', 'message:two']);
    flow.terminate();
    expect(await settled).toMatchObject({ status: 'sent' });
  });

  it('B116 the flow accepts the late response to the first attempt', async () => {
    const { flow, transport } = await createSendingFlow();
    const { id } = flow.sendMessage('one');
    flow.sendMessage('two');
    transport.setStatus({ state: 'offline' });
    transport.setStatus({ state: 'online' });
    transport.messages[0]?.accept();
    await flushMicrotasks();
    expect(flow.messages.get(id)?.status).toBe('sent');
    expect(transport.wire).toEqual(['message:one', 'message:one', 'message:two']);
    transport.messages[1]?.accept();
    await flushMicrotasks();
    expect(transport.wire).toHaveLength(3);
  });

  it('B116 the flow ignores the late failure of the first attempt during the second', async () => {
    const { flow, transport, clock } = await createSendingFlow();
    const { id } = flow.sendMessage('one');
    transport.setStatus({ state: 'offline' });
    transport.setStatus({ state: 'online' });
    transport.messages[0]?.fail(final);
    await clock.advance(2_000);
    expect(flow.messages.get(id)?.status).toBe('sending');
    expect(transport.messages).toHaveLength(2);
    transport.messages[1]?.accept({ outcome: 'delivered' });
    await flushMicrotasks();
    expect(flow.messages.get(id)?.status).toBe('delivered');
  });

  it.each([
    ['its echo', (id: string) => incoming(id, { sender: 'ana', body: 'one' })],
    [
      'history',
      (id: string) => ({ type: 'history', messages: [incomingMessage(id, { sender: 'ana', body: 'one' })] }) as const,
    ],
  ])('B116 a message appears once when %s returns it', async (_, event) => {
    const { flow, transport, push, received } = await createSendingFlow();
    const { id } = flow.sendMessage('one');
    transport.setStatus({ state: 'offline' });
    transport.setStatus({ state: 'online' });
    await push(event(id));
    expect(bodies(flow)).toEqual(['one']);
    expect(flow.messages.get(id)?.status).toBe('sent');
    transport.messages[1]?.accept();
    await push(event(id));
    expect(bodies(flow)).toEqual(['one']);
    expect(received).toEqual([]);
    expect(transport.wire).toEqual(['message:one', 'message:one']);
  });

  it('B116 the flow does not send a message again whose echo arrived', async () => {
    const { flow, transport, push } = await createSendingFlow();
    const { id } = flow.sendMessage('one');
    transport.setStatus({ state: 'offline' });
    await push(incoming(id, { sender: 'ana', body: 'one' }));
    transport.setStatus({ state: 'online' });
    await flushMicrotasks();
    expect(transport.wire).toEqual(['message:one']);
    expect(flow.messages.get(id)?.status).toBe('sent');
  });

  it('B116 a failed message becomes sent when history contains it', async () => {
    const { flow, push, clock } = await createSendingFlow();
    const { id } = flow.sendMessage('one');
    await clock.advance(30_000);
    expect(flow.messages.get(id)?.status).toBe('failed');
    await push({ type: 'history', messages: [incomingMessage(id, { sender: 'ana', body: 'one' })] });
    expect(bodies(flow)).toEqual(['one']);
    expect(flow.messages.get(id)).toMatchObject({ status: 'sent' });
    expect(flow.store.getState().failedCount).toBe(0);
  });

  it('B118 a lost connection ends composing of both sides, and no side sends it later', async () => {
    const { flow, transport, push, clock } = await createSendingFlow();
    await push({ type: 'composing', sender: 'bo', state: 'composing' });
    flow.setLocalComposingState('composing');
    expect(flow.store.getState()).toMatchObject({
      localComposingState: 'composing',
      remoteComposingState: 'composing',
    });
    transport.setStatus({ state: 'offline' });
    expect(flow.store.getState()).toMatchObject({ localComposingState: 'idle', remoteComposingState: 'idle' });
    transport.setStatus({ state: 'online' });
    await clock.advance(600_000);
    expect(transport.wire).toEqual(['composing']);
    expect(flow.store.getState()).toMatchObject({ localComposingState: 'idle', remoteComposingState: 'idle' });
    expect(clock.pending).toBe(0);
  });

  it('B118 a lost connection drops composing that waited for the storage', async () => {
    const { storage, release } = createHeldStorage(createMemoryStorage(), 'open');
    const { flow, transport, push } = await createSendingFlow({ storage });
    await push(incoming('m1'));
    await push({ type: 'composing', sender: 'bo', state: 'composing' });
    transport.setStatus({ state: 'offline' });
    transport.setStatus({ state: 'online' });
    await release();
    // The message is kept, and composing has ended.
    expect(bodies(flow)).toEqual(['m1']);
    expect(flow.store.getState().remoteComposingState).toBe('idle');
  });

  it('B118 the flow sends pending receipts once after the reconnect', async () => {
    const { flow, transport, push, clock } = await createSendingFlow();
    await push(incoming('m1'));
    transport.setStatus({ state: 'offline' });
    await push(incoming('m2', { fromHistory: true }));
    flow.markDisplayed('m2');
    await clock.advance(600_000);
    expect(transport.wire).toEqual(['delivered:m1']);
    transport.setStatus({ state: 'online' });
    await clock.advance(600_000);
    transport.setStatus({ state: 'offline' });
    transport.setStatus({ state: 'online' });
    await clock.advance(600_000);
    expect(transport.wire).toEqual(['delivered:m1', 'delivered:m2', 'displayed:m2']);
  });

  it('B118 the flow sends one displayed receipt for messages that were read one after the other', async () => {
    const { flow, transport, push, clock } = await createSendingFlow();
    for (const id of ['m1', 'm2', 'm3']) await push(incoming(id));
    transport.setStatus({ state: 'offline' });
    for (const id of ['m1', 'm2', 'm3']) {
      flow.markDisplayed(id);
      await clock.advance(10_000);
    }
    transport.setStatus({ state: 'online' });
    await clock.advance(10_000);
    expect(transport.wire.slice(3)).toEqual(['displayed:m3']);
  });

  it('B118 after a reconnect, receipts without a confirmation are sent again', async () => {
    const { transport, push, clock } = await createSendingFlow({ fake: { notificationAnswer: 'manual' } });
    await push(incoming('m1'));
    transport.setStatus({ state: 'offline' });
    transport.notifications[0]?.fail(retryable);
    await clock.advance(60_000);
    transport.setStatus({ state: 'online' });
    transport.notifications[1]?.accept();
    await clock.advance(60_000);
    expect(transport.wire).toEqual(['delivered:m1', 'delivered:m1']);
  });
});

it('B115 B116 the outbox loses nothing, keeps the order and settles everything over any lost connections', async () => {
  const happenings = fc.constantFrom('send', 'cut', 'accept', 'deliver', 'pass', 'refuse', 'wait', 'echo', 'notify');
  await fc.assert(
    fc.asyncProperty(fc.array(happenings, { maxLength: 40 }), fc.integer({ min: 1, max: 3 }), async (story, room) => {
      const { flow, transport, push, clock } = await createSendingFlow({
        fake: { capabilities: { maxInFlight: room } },
        template: { sendTimeout: 600_000, maxSendAttempts: 1_000 },
      });
      const ids: string[] = [];
      const settled = new Set<string>();
      const handedOver = (): readonly string[] => transport.messages.map((call) => call.message.messageId);
      const send = (): void => {
        const sent = flow.sendMessage(`message ${ids.length}`);
        ids.push(sent.id);
        void sent.settled.then(({ messageId }) => settled.add(messageId));
      };
      for (const happening of story) {
        const call = transport.messages.at(-1);
        const last = ids.at(-1);
        if (happening === 'send') send();
        else if (happening === 'cut') transport.setStatus({ state: 'offline' });
        else if (happening === 'accept') call?.accept();
        else if (happening === 'deliver') call?.accept({ outcome: 'delivered' });
        else if (happening === 'pass') call?.fail(retryable);
        else if (happening === 'refuse') call?.fail(final);
        else if (happening === 'wait') await clock.advance(100_000);
        else if (last !== undefined && handedOver().includes(last)) {
          const index = ids.length - 1;
          if (happening === 'notify') await push(notification(last, 'delivered'));
          else await push(incoming(last, { sender: 'ana', body: `message ${index}` }));
        }
        await flushMicrotasks();
        if (happening === 'wait') transport.setStatus({ state: 'online' });
      }
      send();
      transport.setStatus({ state: 'online' });
      for (let round = 0; round < 60; round += 1) {
        for (const call of transport.messages) call.accept({ outcome: 'delivered' });
        await clock.advance(60_000);
      }
      // The first attempts are in the order of sending.
      expect([...new Set(handedOver())]).toEqual(ids.filter((id) => handedOver().includes(id)));
      expect(bodies(flow)).toEqual(ids.map((_, index) => `message ${index}`));
      for (const id of ids) expect(['sent', 'delivered', 'failed']).toContain(flow.messages.get(id)?.status);
      expect(flow.store.getState().outboxCount).toBe(0);
      flow.terminate();
      await flushMicrotasks();
      expect(settled).toEqual(new Set(ids));
      expect(clock.pending).toBe(0);
    }),
    { numRuns: 100 },
  );
});
