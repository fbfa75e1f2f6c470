import {
  createFakeTabs,
  createFakeTransport,
  createSeededRandom,
  createVirtualClock,
  flushMicrotasks,
} from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { createSendingFlow } from '../../test/testFlow.ts';

import { TransportFailure } from '../ports/transport.ts';
import { createInstantMessagingFlow } from '../engine/createInstantMessagingFlow.ts';
import type { InstantMessagingFlow } from '../engine/publicTypes.ts';
import { createMemoryStorage } from '../storage/index.ts';

const template = { sendDelay: 10_000 };

describe('a send delay', () => {
  it('B154 sendDelay holds a message, records the time of its end, and then sends it', async () => {
    const { flow, transport, clock } = await createSendingFlow({ template });
    const { id } = flow.sendMessage('hello');
    expect(flow.messages.get(id)).toMatchObject({ status: 'queued', heldUntil: clock.now() + 10_000 });
    await clock.advance(9_999);
    expect(transport.wire).toEqual([]);
    await clock.advance(1);
    expect(transport.wire).toEqual(['message:hello']);
    expect(flow.messages.get(id)).toMatchObject({ status: 'sending' });
    expect(flow.messages.get(id)).not.toHaveProperty('heldUntil');
  });

  it('B154 sendDelay keeps the order: a later message releases no earlier one, nor goes before it', async () => {
    const { flow, transport, clock } = await createSendingFlow({
      template,
      fake: { autoAnswer: { outcome: 'accepted' } },
    });
    flow.sendMessage('first');
    await clock.advance(4_000);
    flow.sendMessage('second');
    await clock.advance(5_999);
    expect(transport.wire).toEqual([]);
    await clock.advance(1);
    expect(transport.wire).toEqual(['message:first']);
    await clock.advance(4_000);
    expect(transport.wire).toEqual(['message:first', 'message:second']);
  });

  it('B154 sendDelay ends without a connection too: the message then waits for the connection', async () => {
    const { flow, transport, clock } = await createSendingFlow({ template });
    transport.setStatus({ state: 'offline' });
    const { id } = flow.sendMessage('hello');
    await clock.advance(10_000);
    expect(flow.messages.get(id)).toMatchObject({ status: 'queued' });
    expect(flow.messages.get(id)).not.toHaveProperty('heldUntil');
    transport.setStatus({ state: 'online' });
    await flushMicrotasks();
    expect(transport.wire).toEqual(['message:hello']);
  });

  it('B154 a retry does not restart sendDelay', async () => {
    const { flow, transport, clock } = await createSendingFlow({ template });
    const { id } = flow.sendMessage('hello');
    await clock.advance(10_000);
    transport.messages[0]?.fail(new TransportFailure(486, 'busy', { retryable: false }));
    await flushMicrotasks();
    expect(flow.messages.get(id)).toMatchObject({ status: 'failed' });
    flow.retryMessage(id);
    await flushMicrotasks();
    expect(transport.wire).toEqual(['message:hello', 'message:hello']);
  });

  it('B155 sendDelay lets the author discard the message: its text is returned, and nothing is sent', async () => {
    const storage = createMemoryStorage();
    const { flow, transport, clock } = await createSendingFlow({ template, storage });
    const { id, settled } = flow.sendMessage('too early');
    flow.sendMessage('behind it');
    await flushMicrotasks();
    expect(flow.discardMessage(id)).toBe('too early');
    expect(await settled).toMatchObject({ messageId: id, code: 'discarded' });
    expect(flow.messages.order.length).toBe(1);
    await clock.advance(10_000);
    expect(transport.wire).toEqual(['message:behind it']);
    expect(JSON.stringify(await storage.open(JSON.stringify(['ana', 'bo']), 50))).not.toContain('too early');
  });

  it.each([
    ['is not set', 0],
    ['was set back', -3_600_000],
    ['was set forward', 3_600_000],
  ])(
    'B155 an edit within sendDelay is sent at the time of the original message, where the clock %s',
    async (_how, by) => {
      const { flow, transport, clock } = await createSendingFlow({ template });
      const { id } = flow.sendMessage('helo');
      await clock.advance(6_000);
      clock.setWallClock(clock.now() + by);
      flow.editMessage(id, 'hello');
      await clock.advance(3_999);
      expect(transport.wire).toEqual([]);
      await clock.advance(1);
      expect(transport.wire).toEqual(['message:hello']);
    },
  );

  it.each([
    ['before the end of its hold is held for the rest of it', 4_000, [], 6_000],
    ['after the end of its hold is sent at once', 60_000, ['message:hello'], 0],
  ] as const)('B156 a held message that is restored %s', async (_title, away, atOnce, rest) => {
    const [storage, clock] = [createMemoryStorage(), createVirtualClock()];
    const before = await createSendingFlow({ template, storage, clock });
    before.flow.sendMessage('hello');
    await flushMicrotasks();
    before.flow.terminate();
    await clock.advance(away);
    const { transport } = await createSendingFlow({ template, storage, clock, seed: 2 });
    await flushMicrotasks();
    expect(transport.wire).toEqual(atOnce);
    await clock.advance(rest);
    expect(transport.wire).toEqual(['message:hello']);
  });

  it('B156 sendDelay holds no message longer than two minutes, though the clock was set back', async () => {
    const [storage, clock] = [createMemoryStorage(), createVirtualClock()];
    const before = await createSendingFlow({ template, storage, clock });
    before.flow.sendMessage('hello');
    await flushMicrotasks();
    before.flow.terminate();
    clock.setWallClock(clock.now() - 3_600_000);
    const { transport } = await createSendingFlow({ template, storage, clock, seed: 2 });
    await clock.advance(120_000);
    expect(transport.wire).toEqual(['message:hello']);
  });

  it('B156 the leader tab keeps sendDelay, and so does the next leader when that tab is closed', async () => {
    const clock = createVirtualClock();
    const [storage, tabs] = [createMemoryStorage(), createFakeTabs()];
    const transports = [createFakeTransport(), createFakeTransport()] as const;
    const [leader, follower] = transports.map((transport, index): InstantMessagingFlow => {
      const random = createSeededRandom(index);
      const flow = createInstantMessagingFlow({ transport, remote: 'bo', clock, random, template, storage, tabs });
      flow.start();
      return flow;
    });
    await clock.advance(100);
    const { id } = follower?.sendMessage('hello') ?? { id: '' };
    await clock.advance(5_000);
    expect(leader?.messages.get(id)).toMatchObject({ status: 'queued', heldUntil: clock.now() + 5_000 });
    leader?.terminate();
    await clock.advance(4_999);
    expect(transports.flatMap(({ wire }) => wire)).toEqual([]);
    await clock.advance(1);
    expect(transports.map(({ wire }) => wire)).toEqual([[], ['message:hello']]);
    follower?.terminate();
  });

  it.each([-1, 120_001, Number.NaN, '5'])(
    'B157 a sendDelay of %s ms is refused with the option, the value and the range',
    async (value) => {
      const sendDelay = value as number;
      await expect(createSendingFlow({ template: { sendDelay } })).rejects.toThrow(
        /^sendDelay is '?(-1|120001|NaN|5)'?, but must be a number from 0 to 120000 ms\.$/,
      );
    },
  );
});
