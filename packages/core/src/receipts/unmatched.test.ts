import {
  createFakeTabs,
  createFakeTransport,
  createSeededRandom,
  createVirtualClock,
  flushMicrotasks,
} from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { createSendingFlow, notification, incomingMessage, type TestFlow } from '../../test/testFlow.ts';

import { createInstantMessagingFlow } from '../engine/createInstantMessagingFlow.ts';
import type { InstantMessagingFlow } from '../engine/publicTypes.ts';
import type { MessageStatus } from '../messages/messageRecord.ts';
import type { ChannelEvent, HistoryPage, HistoryReceipt, IncomingMessage } from '../ports/transport.ts';
import { createMemoryStorage } from '../storage/index.ts';

const READABLE = { fake: { capabilities: { history: true } } };

/** A message that another device of the user has sent. */
function own(id: string): IncomingMessage {
  return incomingMessage(id, { sender: 'ana', position: `at ${id}` });
}

function receipt(messageId: string, more: Partial<HistoryReceipt> = {}): HistoryReceipt {
  return { sender: 'bo', messageId, outcome: 'displayed', ...more };
}

function edit(id: string, target: string): ChannelEvent {
  const text = { contentType: 'text/plain', body: 'edited' };
  return { type: 'operation', operation: { sender: 'ana', id, kind: 'edit', target, sequence: 1, ...text } };
}

/** Reads the next older page of the transport. */
async function readPage({ flow, transport }: Pick<TestFlow, 'flow' | 'transport'>, page: HistoryPage) {
  const loaded = flow.loadOlder();
  await flushMicrotasks();
  transport.historyRequests.at(-1)?.accept(page);
  await loaded;
  await flushMicrotasks();
}

/** A page with a receipt for the message `m1`, and without that message. */
const RECEIPT_ALONE: HistoryPage = {
  messages: [incomingMessage('b9', { position: 'at b9' })],
  receipts: [receipt('m1')],
  end: false,
};
const REST: HistoryPage = { messages: [own('m1')], end: true };

function statuses({ flow }: Pick<TestFlow, 'flow'>): Record<string, MessageStatus | undefined> {
  return Object.fromEntries(Array.from(flow.messages.order, (id) => [id, flow.messages.get(id)?.status]));
}

describe('a receipt that arrives before the own message that it names', () => {
  it.each<[string, ChannelEvent]>([
    ['a different device of the user sent it', { type: 'message', message: own('m1') }],
    ['the message was missed', { type: 'history', messages: [own('m1')] }],
  ])('B313 a live receipt counts once the message arrives: %s', async (_how, later) => {
    const test = await createSendingFlow(READABLE);
    await test.push(notification('m1', 'displayed'));
    await test.push(later);
    expect(statuses(test)).toEqual({ m1: 'displayed' });
    expect(test.statuses).toEqual([]);
  });

  it('B313 a receipt of a history page counts for a message that arrives live', async () => {
    const test = await createSendingFlow(READABLE);
    await readPage(test, RECEIPT_ALONE);
    await test.push({ type: 'message', message: own('m1') });
    expect(statuses(test)).toMatchObject({ m1: 'displayed' });
  });

  it('B313 a receipt that names an edit counts once the edit arrives', async () => {
    const test = await createSendingFlow(READABLE);
    await test.push({ type: 'message', message: own('m1') });
    await test.push(notification('e1', 'displayed'));
    await test.push(edit('e1', 'm1'));
    expect(test.flow.messages.get('m1')).toMatchObject({ body: 'edited', status: 'displayed' });
  });

  it('B313 a list of receipts counts for each message that it names and no other, in any order of arrival', async () => {
    const test = await createSendingFlow(READABLE);
    await test.push({ type: 'message', message: own('m2') });
    await test.push(notification('m2', 'displayed', { upTo: true, messageIds: ['m1', 'm2'] }));
    await test.push({ type: 'history', messages: [own('m0'), own('m1'), own('m2')] });
    expect(statuses(test)).toEqual({ m0: 'sent', m1: 'displayed', m2: 'displayed' });
  });

  it('B313 a live "up to" covers the earlier messages of the page that contains its message', async () => {
    const test = await createSendingFlow(READABLE);
    await test.push(notification('m3', 'displayed', { upTo: true }));
    await readPage(test, { messages: [own('m1'), own('m3'), own('m4')], end: true });
    expect(statuses(test)).toEqual({ m1: 'displayed', m3: 'displayed', m4: 'sent' });
  });

  it.each<[string, (test: TestFlow) => Promise<void>]>([
    ['of history', (test) => readPage(test, RECEIPT_ALONE)],
    ['live', (test) => test.push(notification('m1', 'displayed'))],
  ])(
    'B313 a receipt %s is kept over a reload, also for a message that is read only afterwards',
    async (_how, receive) => {
      const storage = createMemoryStorage();
      const first = await createSendingFlow({ ...READABLE, storage });
      await receive(first);
      first.flow.terminate();
      await flushMicrotasks();
      const second = await createSendingFlow({ ...READABLE, storage });
      await readPage(second, REST);
      expect(statuses(second)).toMatchObject({ m1: 'displayed' });
      second.flow.terminate();
      await flushMicrotasks();
      const third = await createSendingFlow({ ...READABLE, storage });
      expect(statuses(third)).toMatchObject({ m1: 'displayed' });
    },
  );

  it('B313 a live receipt is acknowledged once it is stored', async () => {
    const test = await createSendingFlow({ ...READABLE, storage: createMemoryStorage() });
    const acks = (): unknown[] =>
      test.transport.acknowledgements.map(({ messageId, outcome }) => `${outcome}:${messageId}`);
    test.transport.push(notification('m1', 'displayed'));
    expect(acks()).toEqual([]);
    await flushMicrotasks();
    expect(acks()).toEqual(['displayed:m1']);
    await test.push(notification('m1', 'displayed'));
    expect(acks()).toEqual(['displayed:m1', 'displayed:m1']);
  });

  it.each([false, true])(
    'B313 the next leader knows an unmatched receipt when it reads the page with the message (stored: %s)',
    async (stored) => {
      const [clock, tabs, storage] = [createVirtualClock(), createFakeTabs(), createMemoryStorage()];
      const transport = createFakeTransport({ autoAnswer: 'manual', capabilities: { history: true } });
      const open = async (seed: string): Promise<InstantMessagingFlow> => {
        const random = createSeededRandom(seed);
        const kept = stored ? { storage } : {};
        const flow = createInstantMessagingFlow({ transport, remote: 'bo', clock, random, tabs, ...kept });
        flow.start();
        await flushMicrotasks();
        return flow;
      };
      const [one, two] = [await open('one'), await open('two')];
      await readPage({ flow: one, transport }, RECEIPT_ALONE);
      one.terminate();
      await flushMicrotasks();
      await readPage({ flow: two, transport }, REST);
      expect(two.messages.get('m1')?.status).toBe('displayed');
      two.terminate();
    },
  );

  it("B313 an unmatched receipt of a different user is dropped, and of the participant's the last 1,000 are kept", async () => {
    const test = await createSendingFlow(READABLE);
    await test.push(notification('m1', 'displayed', { sender: 'mallory' }));
    await test.push(notification('m2', 'displayed'));
    for (let id = 0; id < 1_000; id += 1) test.transport.push(notification(`junk ${id}`, 'displayed'));
    await readPage(test, { messages: [own('m1'), own('m2'), own('junk 0')], end: true });
    expect(statuses(test)).toEqual({ m1: 'sent', m2: 'sent', 'junk 0': 'displayed' });
  });
});

describe('a server that says how far the participant has read', () => {
  it('B313 "up to" a message of the participant covers the own ones before it, in history', async () => {
    const test = await createSendingFlow(READABLE);
    await readPage(test, {
      messages: [own('m1'), own('m2'), incomingMessage('b1', { position: 'at b1' }), own('m3')],
      receipts: [receipt('b1', { upTo: true })],
      end: true,
    });
    expect(statuses(test)).toEqual({ m1: 'displayed', m2: 'displayed', b1: 'delivered', m3: 'sent' });
  });

  it('B313 "up to" a message of the participant covers the own ones before it that have arrived, live', async () => {
    const test = await createSendingFlow();
    const { id } = test.flow.sendMessage('mine');
    await flushMicrotasks();
    test.transport.messages[0]?.accept();
    await test.push(notification(id, 'delivered'));
    await test.push({ type: 'message', message: incomingMessage('b1') });
    await test.push(notification('b1', 'displayed', { upTo: true }));
    expect(test.flow.messages.get(id)?.status).toBe('displayed');
    expect(test.diagnostics).toEqual([]);
  });
});
