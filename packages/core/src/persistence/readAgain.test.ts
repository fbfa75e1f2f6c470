import { createFakeTransport, createSeededRandom, createVirtualClock, flushMicrotasks } from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { notification } from '../../test/testFlow.ts';
import { recordAt } from '../../test/bench/longConversation.ts';
import { createInstantMessagingFlow } from '../engine/createInstantMessagingFlow.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import type { MessageStorage } from '../ports/storage.ts';
import type { TabListener } from '../ports/tabs.ts';
import type { ChannelEvent } from '../ports/transport.ts';
import { createMemoryStorage } from '../storage/index.ts';

const CONVERSATION = JSON.stringify(['ana', 'bo']);
const MINE: MessageRecord = {
  ...recordAt(2),
  direction: 'outgoing',
  sender: 'ana',
  at: 1,
  timestamps: {},
  status: 'delivered',
};

/**
 * A leader. `readAgain` makes it read the storage again, as it does after a late post of the previous leader; the result
 * arrives after `meanwhile`.
 */
async function openLeader(put: readonly MessageRecord[]) {
  const [clock, storage] = [createVirtualClock(), createMemoryStorage()];
  await storage.write(CONVERSATION, { put, remove: [] });
  const transport = createFakeTransport({ autoAnswer: 'manual', notificationAnswer: 'manual' });
  let tab: TabListener | undefined;
  let isSlow = false;
  const reading: (() => void)[] = [];
  const waiting: (() => void)[] = [];
  const flow = createInstantMessagingFlow({
    transport,
    remote: 'bo',
    clock,
    random: createSeededRandom(1),
    template: { pageSize: 2 },
    storage: {
      ...storage,
      async open(...given) {
        const read = await storage.open(...given);
        if (isSlow) await new Promise<void>((resolve) => reading.push(resolve));
        return read;
      },
      async write(...given) {
        if (isSlow) await new Promise<void>((resolve) => waiting.push(resolve));
        await storage.write(...given);
      },
    } satisfies MessageStorage,
    tabs: {
      join(_conversation, listener) {
        tab = listener;
        queueMicrotask(() => listener.elected());
        return { post: () => {}, leave: () => {} };
      },
    },
  });
  flow.start();
  await clock.advance(1_000);
  return {
    flow,
    transport,
    storage,
    async push(event: ChannelEvent) {
      transport.push(event);
      await flushMicrotasks();
    },
    slowDown(): void {
      isSlow = true;
    },
    async readAgain(meanwhile: () => void = () => {}, whenRead: () => void = () => {}) {
      isSlow = true;
      tab?.received({ version: 2, kind: 'transaction', records: [] });
      await flushMicrotasks();
      meanwhile();
      await flushMicrotasks();
      isSlow = false;
      for (const resolve of reading.splice(0)) resolve();
      await flushMicrotasks();
      whenRead();
      for (const resolve of waiting.splice(0)) resolve();
      await clock.advance(3_000);
    },
  };
}

describe('a storage that is read again', () => {
  it('B394 a receipt or an operation that was accepted during a read of the storage is not sent again', async () => {
    const { flow, transport, readAgain } = await openLeader([
      { ...recordAt(1), receipt: 'owed' },
      recordAt(3),
      recordAt(4),
    ]);
    flow.react(recordAt(4).id, ['👍']);
    flow.setAttention(true);
    flow.markDisplayed(recordAt(4).id);
    await flushMicrotasks();
    await readAgain(() => {
      for (const sent of [...transport.operations, ...transport.notifications]) sent.accept();
    });
    expect(transport.operations).toHaveLength(1);
    const receipts = transport.notifications.map(
      ({ notification: { messageId, outcome } }) => `${outcome} ${messageId}`,
    );
    expect(receipts).toHaveLength(new Set(receipts).size);
    expect(receipts).toContain(`delivered ${recordAt(1).messageId}`);
  });

  it('B394 a read of the storage keeps changes that are not stored yet', async () => {
    const { flow, storage, slowDown, push, readAgain } = await openLeader([MINE, recordAt(3)]);
    slowDown();
    const react = {
      kind: 'react',
      id: 'r',
      target: MINE.messageId,
      sequence: 1,
      sender: 'bo',
      emojis: ['👍'],
    } as const;
    await push(notification(MINE.messageId, 'displayed', { upTo: true }));
    await push({ type: 'operation', operation: react });
    await readAgain();
    const expected = { status: 'displayed', reactions: [{ emojis: ['👍'] }] };
    expect(flow.messages.get(MINE.id)).toMatchObject(expected);
    expect(await storage.find(CONVERSATION, [MINE.messageId])).toMatchObject([expected]);
  });

  it('B394 a read of the storage counts no attempt of a message that is only about to be sent', async () => {
    const { flow, transport, slowDown, readAgain } = await openLeader([]);
    transport.setStatus({ state: 'offline' });
    const { id } = flow.sendMessage('mine');
    await flushMicrotasks();
    slowDown();
    transport.setStatus({ state: 'online' });
    const attempts: (number | undefined)[] = [];
    await readAgain(
      () => {},
      () => attempts.push(flow.messages.get(id)?.attempts),
    );
    expect(attempts).toEqual([0]);
    expect(transport.messages.map(({ message }) => message.attempt)).toEqual([1]);
  });
});
