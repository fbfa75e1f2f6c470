import { createFakeTabs, flushMicrotasks } from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { bodies, createSendingFlow, incomingMessage } from '../../test/testFlow.ts';
import { recordAt } from '../../test/bench/longConversation.ts';
import type { MessageStorage } from '../ports/storage.ts';
import { TransportFailure } from '../ports/transport.ts';
import { createMemoryStorage } from '../storage/index.ts';

const withHistory = { capabilities: { history: true } };

describe('older pages', () => {
  it('B377 an older page shows a receipt that was stored while the page was read', async () => {
    const storage = createMemoryStorage();
    const conversation = JSON.stringify(['ana', 'bo']);
    const sent = { ...recordAt(0), direction: 'outgoing', sender: 'ana', status: 'sent' } as const;
    await storage.write(conversation, { put: [sent, recordAt(1), recordAt(2)], remove: [] });
    let deliver = (): void => {};
    const slow: MessageStorage = {
      ...storage,
      async loadBefore(...given) {
        const page = await storage.loadBefore(...given);
        await new Promise<void>((resolve) => {
          deliver = resolve;
        });
        return page;
      },
    };
    const { flow, push, clock } = await createSendingFlow({ storage: slow, template: { pageSize: 2 } });
    const loaded = flow.loadOlder();
    await clock.advance(1_000);
    await push({ type: 'notification', sender: 'bo', messageId: sent.messageId, outcome: 'delivered' });
    await clock.advance(60_000);
    expect(await storage.find(conversation, [sent.messageId])).toMatchObject([{ status: 'delivered' }]);
    deliver();
    await loaded;
    expect(flow.messages.get(sent.id)).toMatchObject({ status: 'delivered' });
  });

  it('B510 a page that is read before the storage is read again, and arrives after, does not end the history', async () => {
    const storage = createMemoryStorage();
    const put = Array.from({ length: 8 }, (_, order) => recordAt(order));
    await storage.write(JSON.stringify(['ana', 'bo']), { put, remove: [] });
    const waiting: (() => void)[] = [];
    const slow: MessageStorage = {
      ...storage,
      async loadBefore(...given) {
        const page = await storage.loadBefore(...given);
        if (waiting.length === 0) await new Promise<void>((resolve) => waiting.push(resolve));
        return page;
      },
    };
    const tabs = createFakeTabs();
    const { flow, clock, diagnostics } = await createSendingFlow({ storage: slow, tabs, template: { pageSize: 2 } });
    await clock.advance(1_000);
    const loaded = flow.loadOlder();
    // The last leader's post arrives late.
    tabs.join('', { elected() {}, demoted() {}, received() {} }).post({ version: 2, kind: 'transaction' });
    await clock.advance(1_000);
    expect(flow.messages.order).toHaveLength(4);
    waiting[0]?.();
    await loaded;
    while (flow.store.getState().history.hasOlder) await flow.loadOlder();
    expect(flow.messages.order).toHaveLength(8);
    expect(diagnostics).toEqual([]);
  });

  it('B366 older pages are as large as the caller requests, else as the template says', async () => {
    const storage = createMemoryStorage();
    const put = Array.from({ length: 400 }, (_, order) => recordAt(order));
    await storage.write(JSON.stringify(['ana', 'bo']), { put, remove: [] });
    const { flow } = await createSendingFlow({ storage });
    expect(flow.messages.order).toHaveLength(50);
    expect(await flow.loadOlder({ limit: 250 })).toBe(250);
    expect(await flow.loadOlder({ limit: undefined })).toBe(50);
    expect(await flow.loadOlder()).toBe(50);
    expect(flow.messages.order.at(0)).toBe(recordAt(0).id);
  });

  describe('without a connection', () => {
    it('B448 a page of the server waits for the connection, and does not count as failed in the meantime', async () => {
      const { flow, transport } = await createSendingFlow({ fake: { autoConnect: false, ...withHistory } });
      transport.setStatus({ state: 'connecting' });
      expect(await flow.loadOlder()).toBe(0);
      expect(await flow.loadOlder()).toBe(0);
      expect(transport.historyRequests).toEqual([]);
      expect(flow.store.getState().history).toMatchObject({ loading: true, failed: false });
      transport.setStatus({ state: 'online' });
      await flushMicrotasks();
      expect(transport.historyRequests).toHaveLength(1);
      transport.historyRequests[0]?.accept({ messages: [incomingMessage('one')], end: true });
      await flushMicrotasks();
      expect(bodies(flow)).toEqual(['one']);
      expect(flow.store.getState().history).toMatchObject({ loading: false, failed: false, hasOlder: false });
    });

    it('B448 a page that did not arrive before the connection was lost is loaded over the next connection', async () => {
      const { flow, transport, diagnostics } = await createSendingFlow({ fake: withHistory });
      const loaded = flow.loadOlder();
      transport.setStatus({ state: 'connecting' });
      transport.historyRequests[0]?.fail(new TransportFailure(503, 'gone', { retryable: true }));
      expect(await loaded).toBe(0);
      expect(flow.store.getState().history).toMatchObject({ loading: true, failed: false });
      expect(diagnostics).toEqual([]);
      transport.setStatus({ state: 'online' });
      await flushMicrotasks();
      transport.historyRequests[1]?.accept({ messages: [incomingMessage('one')], end: true });
      await flushMicrotasks();
      expect(bodies(flow)).toEqual(['one']);
    });

    it('B448 a page that the server refused is requested again with the next connection', async () => {
      const { flow, transport } = await createSendingFlow({ fake: withHistory });
      const loaded = flow.loadOlder();
      transport.historyRequests[0]?.fail(new TransportFailure(503, 'busy', { retryable: true }));
      await loaded;
      expect(flow.store.getState().history).toMatchObject({ loading: false, failed: true });
      transport.setStatus({ state: 'connecting' });
      transport.setStatus({ state: 'online' });
      await flushMicrotasks();
      expect(transport.historyRequests).toHaveLength(2);
      expect(flow.store.getState().history).toMatchObject({ loading: true, failed: false });
    });

    it('B448 a page of the storage is loaded at once', async () => {
      const storage = createMemoryStorage();
      const put = Array.from({ length: 60 }, (_, order) => recordAt(order));
      await storage.write(JSON.stringify(['ana', 'bo']), { put, remove: [] });
      const { flow } = await createSendingFlow({ storage, fake: { autoConnect: false, ...withHistory } });
      expect(await flow.loadOlder()).toBe(10);
      expect(flow.store.getState().history).toMatchObject({ loading: false, hasOlder: true });
    });

    it('B448 a flow that ends no longer waits for a page', async () => {
      const { flow } = await createSendingFlow({ fake: { autoConnect: false, ...withHistory } });
      await flow.loadOlder();
      flow.terminate();
      expect(flow.store.getState().history).toMatchObject({ loading: false, failed: false });
    });
  });

  it.each([0, 1.5, 1_001, '50'])('B366 loadOlder refuses a limit of %j', async (limit) => {
    const { flow } = await createSendingFlow({ storage: createMemoryStorage() });
    await expect(flow.loadOlder({ limit: limit as number })).rejects.toThrow(/limit is .*1 to 1000/);
  });
});
