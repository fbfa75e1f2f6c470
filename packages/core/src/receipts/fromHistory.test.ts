import { createVirtualClock, flushMicrotasks } from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { createSendingFlow, notification, incomingMessage, type TestFlow } from '../../test/testFlow.ts';
import { createInstantMessagingFlow } from '../engine/createInstantMessagingFlow.ts';
import type { InstantMessagingFlow } from '../engine/publicTypes.ts';
import type { MessageStatus } from '../messages/messageRecord.ts';
import type { HistoryPage, HistoryReceipt, IncomingMessage } from '../ports/transport.ts';
import { createMemoryStorage } from '../storage/index.ts';
import { createLoopbackNetwork } from '../transports/loopback/loopbackNetwork.ts';

const READABLE = { fake: { capabilities: { history: true } } };

function own(id: string): IncomingMessage {
  return incomingMessage(id, { sender: 'ana', position: `at ${id}` });
}

function receipt(messageId: string, outcome: HistoryReceipt['outcome'], more: Partial<HistoryReceipt> = {}) {
  return { sender: 'bo', messageId, outcome, ...more };
}

/** Reads the next older page of the transport. */
async function readPage({ flow, transport }: TestFlow, page: HistoryPage): Promise<void> {
  const loaded = flow.loadOlder();
  await flushMicrotasks();
  transport.historyRequests.at(-1)?.accept(page);
  await loaded;
}

function statuses({ flow }: TestFlow): Record<string, MessageStatus | undefined> {
  return Object.fromEntries(Array.from(flow.messages.order, (id) => [id, flow.messages.get(id)?.status]));
}

describe('receipts for own messages, read from the history of the server', () => {
  it('B160 a reload restores the status of a message: sent, delivered, displayed, undeliverable', async () => {
    const test = await createSendingFlow(READABLE);
    await readPage(test, {
      messages: ['m1', 'm2', 'm3', 'm4'].map(own),
      receipts: [
        receipt('m1', 'displayed', { at: 1_000 }),
        receipt('m1', 'delivered', { at: 900 }),
        receipt('m2', 'delivered'),
        receipt('m4', 'failed', { code: 486 }),
      ],
      end: true,
    });
    expect(statuses(test)).toEqual({ m1: 'displayed', m2: 'delivered', m3: 'sent', m4: 'undeliverable' });
    expect(test.flow.messages.get('m4')?.deliveryFailures).toEqual([{ recipient: 'bo', responseCode: 486 }]);
  });

  it('B160 a message has the times of the archive, and none where the archive has none', async () => {
    const test = await createSendingFlow(READABLE);
    await readPage(test, {
      messages: ['m1', 'm2'].map(own),
      receipts: [
        receipt('m1', 'displayed', { at: 1_000 }),
        receipt('m1', 'delivered', { at: 900 }),
        receipt('m2', 'delivered'),
      ],
      end: true,
    });
    expect(test.flow.messages.get('m1')?.timestamps).toEqual({ delivered: 900, displayed: 1_000 });
    expect(test.flow.messages.get('m2')?.timestamps).toEqual({});
  });

  it('B160 "up to" covers the earlier own messages of the archive and of later pages, and no later ones', async () => {
    const test = await createSendingFlow(READABLE);
    await readPage(test, {
      messages: [own('m3'), incomingMessage('b1'), own('m4'), own('m5')],
      receipts: [receipt('m4', 'displayed', { upTo: true, at: 1_000 })],
      end: false,
    });
    await readPage(test, { messages: [own('m1'), own('m2')], receipts: [receipt('m1', 'failed')], end: true });
    const { b1: _b1, ...mine } = statuses(test);
    expect(mine).toEqual({ m1: 'undeliverable', m2: 'displayed', m3: 'displayed', m4: 'displayed', m5: 'sent' });
  });

  it('B160 an "up to" with a list in history covers exactly the messages that it names', async () => {
    const test = await createSendingFlow(READABLE);
    await readPage(test, {
      messages: ['m1', 'm2', 'm3'].map(own),
      receipts: [receipt('m3', 'displayed', { upTo: true, messageIds: ['m1', 'm3'] })],
      end: true,
    });
    expect(statuses(test)).toEqual({ m1: 'displayed', m2: 'sent', m3: 'displayed' });
  });

  it('B160 a receipt in history is not lost where a page with receipts is read before the page with their messages', async () => {
    const test = await createSendingFlow(READABLE);
    await readPage(test, {
      messages: [incomingMessage('b1', { position: 'at b1' })],
      receipts: [receipt('m2', 'displayed', { upTo: true }), receipt('m3', 'delivered')],
      end: false,
    });
    expect(test.diagnostics).toEqual([]);
    await readPage(test, { messages: ['m1', 'm2', 'm3'].map(own), end: true });
    expect(statuses(test)).toEqual({ m1: 'displayed', m2: 'displayed', m3: 'delivered', b1: 'delivered' });
  });

  it('B160 receipts in history raise no event for messages of the same page, and settle their promises', async () => {
    const test = await createSendingFlow(READABLE);
    await readPage(test, { messages: [own('m1')], receipts: [receipt('m1', 'displayed')], end: true });
    expect([test.statuses, test.notified]).toEqual([[], []]);
  });

  it("B160 a receipt in history counts only if it is the participant's", async () => {
    const test = await createSendingFlow(READABLE);
    await readPage(test, {
      messages: [own('m1')],
      receipts: [receipt('m1', 'displayed', { sender: 'mallory' }), receipt('m1', 'displayed', { sender: 'ana' })],
      end: true,
    });
    expect(statuses(test)).toEqual({ m1: 'sent' });
    expect(test.diagnostics).toEqual(['notification-foreign']);
  });

  it('B160 invalid receipts in history are ignored', async () => {
    const test = await createSendingFlow(READABLE);
    const receipts = [null, 7, { sender: 'bo' }, receipt('', 'displayed'), receipt('m1', 'read' as 'displayed')];
    await readPage(test, { messages: [own('m1')], receipts: receipts as HistoryReceipt[], end: false });
    await readPage(test, { messages: [own('m0')], receipts: 'all' as unknown as HistoryReceipt[], end: true });
    expect(Object.values(statuses(test))).toEqual(['sent', 'sent']);
  });
});

describe('receipts in a snapshot of history after a reconnect', () => {
  it('B161 a receipt in history advances a tick, raises an event and settles the promise', async () => {
    const test = await createSendingFlow();
    const { id, settled } = test.flow.sendMessage('mine');
    test.transport.messages[0]?.accept();
    await flushMicrotasks();
    await test.push({ type: 'history', messages: [], receipts: [receipt(id, 'displayed', { at: 5 })] });
    expect(test.flow.messages.get(id)?.status).toBe('displayed');
    expect(test.statuses.at(-1)).toBe('sent→displayed');
    expect(test.notified).toEqual([`displayed:${id}`]);
    await expect(settled).resolves.toMatchObject({ status: 'displayed' });
  });

  it('B161 a receipt in history never moves a tick back', async () => {
    const test = await createSendingFlow();
    const { id } = test.flow.sendMessage('mine');
    test.transport.messages[0]?.accept();
    await test.push(notification(id, 'displayed'));
    await test.push({
      type: 'history',
      messages: [own(id)].map((message) => ({ ...message, body: 'mine' })),
      receipts: [receipt(id, 'delivered'), receipt(id, 'failed')],
    });
    expect(test.flow.messages.get(id)?.status).toBe('displayed');
  });

  it('B161 a receipt in history sends no message again that is still queued here', async () => {
    const test = await createSendingFlow({ fake: { autoConnect: false } });
    const { id } = test.flow.sendMessage('mine');
    await test.push({
      type: 'history',
      messages: [{ ...own(id), body: 'mine' }],
      receipts: [receipt(id, 'delivered')],
    });
    test.transport.setStatus({ state: 'online' });
    await flushMicrotasks();
    expect(test.transport.wire).toEqual([]);
    expect(test.flow.messages.get(id)?.status).toBe('delivered');
  });

  it('B161 a receipt in history reaches messages that are stored but not loaded', async () => {
    const storage = createMemoryStorage();
    const first = await createSendingFlow({ storage, seed: 2 });
    const { id } = first.flow.sendMessage('long ago');
    await flushMicrotasks();
    first.transport.messages[0]?.accept();
    await flushMicrotasks();
    for (const b of ['b1', 'b2']) await first.push({ type: 'message', message: incomingMessage(b) });
    first.flow.terminate();
    await flushMicrotasks();

    const second = await createSendingFlow({ storage, template: { pageSize: 2 } });
    expect(second.flow.messages.get(id)).toBeUndefined();
    await second.push({ type: 'history', messages: [], receipts: [receipt(id, 'displayed')] });
    await flushMicrotasks();
    await second.flow.loadOlder();
    expect(second.flow.messages.get(id)?.status).toBe('displayed');
  });
});

describe('a server that stores everything, for a page that stores nothing', () => {
  it('B160 receipts in history restore the ticks after a reload', async () => {
    const clock = createVirtualClock();
    const network = createLoopbackNetwork({ clock });
    const open = (local: string, remote: string): InstantMessagingFlow => {
      const transport = network.connect(local, { capabilities: { history: true } });
      const flow = createInstantMessagingFlow({ transport, remote, clock });
      flow.start();
      return flow;
    };
    const [ana, bo] = [open('ana', 'bo'), open('bo', 'ana')];
    await clock.advance(100);
    const bodies = ['one', 'two', 'three', 'four'];
    for (const body of bodies) {
      ana.sendMessage(body);
      await clock.advance(100);
    }
    bo.markDisplayed(bo.messages.order[2] ?? '');
    await clock.advance(1_000);
    const seen = (flow: InstantMessagingFlow): unknown[] =>
      Array.from(flow.messages.order, (id) => [flow.messages.get(id)?.body, flow.messages.get(id)?.status]);
    const before = seen(ana);
    expect(before).toEqual([
      ['one', 'displayed'],
      ['two', 'displayed'],
      ['three', 'displayed'],
      ['four', 'delivered'],
    ]);
    ana.terminate();
    const again = open('ana', 'bo');
    await clock.advance(100);
    const loaded = again.loadOlder();
    await clock.advance(100);
    expect(await loaded).toBe(4);
    expect(seen(again)).toEqual(before);
  });
});
