import { createVirtualClock, flushMicrotasks } from '@imflow/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createHeldStorage,
  bodies,
  createSendingFlow,
  incoming,
  incomingMessage,
  notification,
  type TestFlow,
} from '../../test/testFlow.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import type { MessageStorage } from '../ports/storage.ts';
import { type ChannelEvent, type IncomingMessage, TransportFailure } from '../ports/transport.ts';
import { createMemoryStorage } from '../storage/index.ts';

const CONVERSATION = JSON.stringify(['ana', 'bo']);

function history(...messages: IncomingMessage[]): ChannelEvent {
  return { type: 'history', messages };
}

/** An own message as the transport delivers it. */
function own(id: string, body = id): IncomingMessage {
  return incomingMessage(id, { sender: 'ana', body });
}

function range(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `m${from + index}`);
}

/** A flow that has received messages live. */
async function withReceived(ids: readonly string[], options = {}): Promise<TestFlow> {
  const test = await createSendingFlow(options);
  for (const id of ids) await test.push(incoming(id, { position: `at ${id}` }));
  return test;
}

/** The storage after a flow has received messages. */
async function stored(ids: readonly string[]): Promise<MessageStorage> {
  const storage = createMemoryStorage();
  const { flow } = await withReceived(ids, { storage });
  flow.terminate();
  await flushMicrotasks();
  return storage;
}

/** A storage that never responds. */
const MUTE: MessageStorage = { open: never, loadBefore: never, find: never, write: never };

/** A storage whose calls all reject. */
const BROKEN: MessageStorage = { open: refuses, loadBefore: refuses, find: refuses, write: refuses };

function never(): Promise<never> {
  return new Promise(() => {});
}

function refuses(): Promise<never> {
  return Promise.reject(new Error('private mode'));
}

describe('a snapshot of history', () => {
  it('B117 history fills the gaps in the order of the server, and pending messages stay last', async () => {
    const { flow, transport, push, received } = await withReceived(['m1', 'm3', 'm6']);
    transport.setStatus({ state: 'offline' });
    flow.sendMessage('pending 1');
    flow.sendMessage('pending 2');
    await push(history(...range(1, 8).map((id) => incomingMessage(id))));
    expect(bodies(flow)).toEqual([...range(1, 8), 'pending 1', 'pending 2']);
    expect(received.map(({ id }) => id)).toEqual(['m1', 'm3', 'm6', 'm2', 'm4', 'm5', 'm7', 'm8']);
    transport.setStatus({ state: 'online' });
    transport.messages[0]?.accept();
    await flushMicrotasks();
    expect(bodies(flow)).toEqual([...range(1, 8), 'pending 1', 'pending 2']);
  });

  it('B117 a history page with known messages changes nothing', async () => {
    const { flow, push } = await withReceived(range(1, 5));
    const before = flow.store.getState();
    const { order } = flow.messages;
    await push(history(...range(2, 4).map((id) => incomingMessage(id))));
    expect(flow.store.getState()).toBe(before);
    expect(flow.messages.order).toBe(order);
  });

  it('B117 history puts confirmed messages into the order of the server', async () => {
    const { flow, push } = await withReceived(['m2', 'm1', 'm3']);
    await push(history(...range(1, 3).map((id) => incomingMessage(id))));
    expect(bodies(flow)).toEqual(['m1', 'm2', 'm3']);
    await push(incoming('m4'));
    expect(bodies(flow)).toEqual(['m1', 'm2', 'm3', 'm4']);
  });

  it('B117 B116 history gives an own message that was in flight its place, behind earlier ones', async () => {
    const { flow, transport, push } = await withReceived(['m1']);
    const { id } = flow.sendMessage('mine');
    flow.sendMessage('pending');
    transport.setStatus({ state: 'offline' });
    await push(history(incomingMessage('m1'), incomingMessage('m2'), own(id, 'mine'), incomingMessage('m3')));
    expect(bodies(flow)).toEqual(['m1', 'm2', 'mine', 'm3', 'pending']);
    expect(flow.messages.get(id)?.status).toBe('sent');
    await push(incoming('m4'));
    expect(bodies(flow)).toEqual(['m1', 'm2', 'mine', 'm3', 'm4', 'pending']);
    transport.setStatus({ state: 'online' });
    expect(transport.wire).toEqual([
      'delivered:m1',
      'message:mine',
      'message:pending',
      'delivered:m2',
      'delivered:m3',
      'delivered:m4',
    ]);
  });

  it('B117 history sorts messages that arrived live meanwhile', async () => {
    const { flow, push } = await withReceived(['m1', 'm5']);
    await push(history(...range(2, 6).map((id) => incomingMessage(id))));
    expect(bodies(flow)).toEqual(range(1, 6));
  });

  it('B117 old history sorts before the other messages', async () => {
    const { flow, push } = await withReceived(['m4', 'm5']);
    await push(history(...range(1, 4).map((id) => incomingMessage(id))));
    expect(bodies(flow)).toEqual(range(1, 5));
  });

  it('B117 a message that history names twice keeps its first place', async () => {
    const { flow, push } = await withReceived(['m1']);
    await push(
      history(
        incomingMessage('m1'),
        incomingMessage('m2'),
        incomingMessage('m2'),
        incomingMessage('m3'),
        incomingMessage('m1'),
        incomingMessage('m4'),
      ),
    );
    expect(bodies(flow)).toEqual(range(1, 4));
  });

  it('B117 a message that history repeats at a later position stays in its place, and so do the others', async () => {
    const { flow, push } = await withReceived(range(1, 3));
    await push(history(incomingMessage('m1', { position: 'at m1 again' }), incomingMessage('m4')));
    expect(bodies(flow)).toEqual(range(1, 4));
  });

  it('B117 history shows own messages of other devices in their place', async () => {
    const { flow, push, received } = await withReceived(['m1', 'm2']);
    await push(history(incomingMessage('m1'), own('o1'), incomingMessage('m2'), own('o2')));
    expect(bodies(flow)).toEqual(['m1', 'o1', 'm2', 'o2']);
    expect(flow.messages.get('o1')).toMatchObject({ direction: 'outgoing', status: 'sent' });
    expect(received).toHaveLength(2);
  });

  it('B117 history never moves a message without need, and the list ends in the order of the server', async () => {
    const log = range(1, 12);
    await fc.assert(
      fc.asyncProperty(
        fc.subarray(log),
        fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 4 }),
        fc.subarray(['m3', 'm7']),
        async (live, windows, mine) => {
          const { flow, push, transport } = await createSendingFlow();
          const wire = (id: string): IncomingMessage => (mine.includes(id) ? own(id) : incomingMessage(id));
          for (const id of live) await push({ type: 'message', message: wire(id) });
          transport.setStatus({ state: 'offline' });
          flow.sendMessage('pending');
          const seen = new Set(live);
          for (const [a, b] of windows) {
            const window = log.slice(Math.min(a, b), Math.max(a, b) + 1);
            const before = Array.from(flow.messages.order);
            await push(history(...window.map(wire)));
            for (const id of window) seen.add(id);
            const after = Array.from(flow.messages.order);
            // The messages of the window have the order of the transport; all others keep their order.
            expect(after.filter((id) => window.includes(id))).toEqual(window);
            const others = before.filter((id) => !window.includes(id));
            expect(after.filter((id) => others.includes(id))).toEqual(others);
          }
          expect(new Set(bodies(flow))).toEqual(new Set([...seen, 'pending']));
          expect(bodies(flow).at(-1)).toBe('pending');
          // Overlapping windows put the whole list in order.
          await push(history(...log.map(wire)));
          expect(bodies(flow)).toEqual([...log, 'pending']);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('B118 each message of a history page is acknowledged, known ones too', async () => {
    const { flow, transport, push } = await withReceived(['m1']);
    await push(history(incomingMessage('m1'), incomingMessage('m2'), own('m3')));
    expect(bodies(flow)).toEqual(['m1', 'm2', 'm3']);
    expect(transport.acknowledgements.map(({ messageId }) => messageId)).toEqual(['m1', 'm1', 'm2', 'm3']);
  });
});

describe('older messages of the server', () => {
  const HISTORY = { capabilities: { history: true } };

  it('B117 older messages come before the rest, from the position of the oldest', async () => {
    const { flow, transport, received } = await withReceived(range(7, 8), { fake: HISTORY, template: { pageSize: 3 } });
    expect(flow.store.getState().history).toEqual({ hasOlder: true, loading: false, failed: false, ready: true });
    const loaded = flow.loadOlder();
    expect(flow.store.getState().history.loading).toBe(true);
    expect(transport.historyRequests[0]?.request).toEqual({ before: 'at m7', limit: 3 });
    transport.historyRequests[0]?.accept({
      messages: range(4, 6).map((id) => incomingMessage(id, { position: `at ${id}` })),
      end: false,
    });
    expect(await loaded).toBe(3);
    expect(flow.store.getState().history).toEqual({ hasOlder: true, loading: false, failed: false, ready: true });
    const rest = flow.loadOlder();
    expect(transport.historyRequests[1]?.request).toEqual({ before: 'at m4', limit: 3 });
    transport.historyRequests[1]?.accept({ messages: range(1, 3).map((id) => incomingMessage(id)), end: true });
    expect(await rest).toBe(3);
    expect(bodies(flow)).toEqual(range(1, 8));
    expect(flow.store.getState().history.hasOlder).toBe(false);
    expect(await flow.loadOlder()).toBe(0);
    expect(transport.historyRequests).toHaveLength(2);
    expect(received).toHaveLength(2);
    expect(transport.wire).toEqual(['delivered:m7', 'delivered:m8']);
  });

  it('B117 simultaneous calls of loadOlder share one page', async () => {
    const { flow, transport } = await withReceived(['m2'], { fake: HISTORY });
    const loads = [flow.loadOlder(), flow.loadOlder()];
    transport.historyRequests[0]?.accept({ messages: [incomingMessage('m1')], end: true });
    expect(await Promise.all(loads)).toEqual([1, 1]);
    expect(transport.historyRequests).toHaveLength(1);
  });

  it('B117 loadOlder counts a page as loaded where its messages are new', async () => {
    const { flow, transport, push } = await withReceived(['m3'], { fake: HISTORY });
    await push(incoming('o1', { sender: 'ana' }));
    const loaded = flow.loadOlder();
    transport.historyRequests[0]?.accept({
      messages: [incomingMessage('m2'), own('o1'), incomingMessage('m3')],
      end: false,
    });
    expect(await loaded).toBe(1);
    expect(bodies(flow)).toEqual(['m2', 'o1', 'm3']);
  });

  it('B117 older messages are read from the oldest known position, if own messages have none', async () => {
    const { flow, transport, push } = await createSendingFlow({ fake: HISTORY });
    const { id } = flow.sendMessage('mine');
    transport.messages[0]?.accept();
    await flushMicrotasks();
    await push(incoming('m5', { position: 'at m5' }));
    void flow.loadOlder();
    expect(transport.historyRequests[0]?.request.before).toBe('at m5');
    transport.historyRequests[0]?.accept({
      messages: [incomingMessage('m4', { position: 'at m4' }), { ...own(id, 'mine'), position: 'at mine' }],
      end: false,
    });
    await flushMicrotasks();
    expect(bodies(flow)).toEqual(['m4', 'mine', 'm5']);
    expect(flow.messages.get(id)?.position).toBe('at mine');
  });

  it('B117 a page of older messages that failed can be loaded again', async () => {
    const { flow, transport, diagnostics } = await withReceived(['m2'], { fake: HISTORY });
    const loaded = flow.loadOlder();
    transport.historyRequests[0]?.fail(new TransportFailure(503, 'later', { retryable: true }));
    expect(await loaded).toBe(0);
    expect(diagnostics).toEqual(['history-unreadable']);
    expect(flow.store.getState().history).toEqual({ hasOlder: true, loading: false, failed: true, ready: true });
    const again = flow.loadOlder();
    expect(flow.store.getState().history).toMatchObject({ loading: true, failed: false });
    transport.historyRequests[1]?.accept({ messages: [incomingMessage('m1')], end: true });
    expect(await again).toBe(1);
    expect(flow.store.getState().history.failed).toBe(false);
  });

  it('B117 a failed page of older messages does not count as failed after a reconnect', async () => {
    const { flow, transport } = await withReceived(['m2'], { fake: HISTORY });
    void flow.loadOlder();
    transport.historyRequests[0]?.fail(new TransportFailure(503, 'later', { retryable: true }));
    await flushMicrotasks();
    transport.setStatus({ state: 'offline' });
    expect(flow.store.getState().history.failed).toBe(true);
    transport.setStatus({ state: 'online' });
    expect(flow.store.getState().history.failed).toBe(false);
  });

  it('B117 older messages lower no known status', async () => {
    const { flow, transport, push } = await createSendingFlow({ fake: HISTORY });
    const { id } = flow.sendMessage('mine');
    transport.messages[0]?.accept();
    await push(notification(id, 'displayed'));
    const loaded = flow.loadOlder();
    transport.historyRequests[0]?.accept({ messages: [incomingMessage('m1'), own(id, 'mine')], end: true });
    expect(await loaded).toBe(1);
    expect(flow.messages.get(id)?.status).toBe('displayed');
    expect(bodies(flow)).toEqual(['m1', 'mine']);
  });

  it('B117 pending loads of older messages end with the flow', async () => {
    const { flow, transport } = await createSendingFlow({ fake: HISTORY });
    const loaded = flow.loadOlder();
    flow.terminate();
    expect(await loaded).toBe(0);
    transport.historyRequests[0]?.accept({ messages: [incomingMessage('m1')], end: true });
    await flushMicrotasks();
    expect(flow.messages.order.length).toBe(0);
    expect(await flow.loadOlder()).toBe(0);
  });
});

describe('stored messages', () => {
  it('B117 older messages come page by page from the storage, then from the server', async () => {
    const storage = await stored(range(1, 12));
    const { flow, transport, received } = await createSendingFlow({
      storage,
      template: { pageSize: 5 },
      fake: { capabilities: { history: true } },
    });
    expect(bodies(flow)).toEqual(range(8, 12));
    expect(flow.store.getState()).toMatchObject({
      messageCount: 5,
      unreadCount: 5,
      history: { hasOlder: true, ready: true },
    });
    expect(await flow.loadOlder()).toBe(5);
    expect(await flow.loadOlder()).toBe(2);
    expect(bodies(flow)).toEqual(range(1, 12));
    expect(transport.historyRequests).toHaveLength(0);
    const loaded = flow.loadOlder();
    expect(transport.historyRequests[0]?.request.before).toBe('at m1');
    transport.historyRequests[0]?.accept({ messages: [incomingMessage('m0')], end: true });
    expect(await loaded).toBe(1);
    expect(bodies(flow)).toEqual(range(0, 12));
    expect(await flow.loadOlder()).toBe(0);
    expect(transport.wire).toEqual([]);
    expect(received).toEqual([]);
  });

  it('B117 stored messages are unread unless they were displayed', async () => {
    const storage = createMemoryStorage();
    const before = await withReceived(range(1, 6), { storage });
    before.flow.markDisplayed('m4');
    await before.clock.advance(1_000);
    before.flow.terminate();
    await flushMicrotasks();
    const { flow, push, clock, transport } = await createSendingFlow({ storage, template: { pageSize: 3 } });
    expect(flow.store.getState().unreadCount).toBe(2);
    await flow.loadOlder();
    expect(flow.store.getState().unreadCount).toBe(2);
    await push(incoming('m7'));
    expect(flow.store.getState().unreadCount).toBe(3);
    flow.markDisplayed('m7');
    await clock.advance(1_000);
    expect(flow.store.getState().unreadCount).toBe(0);
    expect(transport.wire).toEqual(['delivered:m7', 'displayed:m7']);
  });

  it('B117 stored messages are unread beyond the first page, too', async () => {
    const storage = await stored(range(1, 6));
    const { flow } = await createSendingFlow({ storage, template: { pageSize: 4 } });
    expect(flow.store.getState().unreadCount).toBe(4);
    await flow.loadOlder();
    expect(flow.store.getState().unreadCount).toBe(6);
  });

  it('B117 B116 queued messages are sent after a reload, in order, with their ids and times, and stay last', async () => {
    const storage = createMemoryStorage();
    const before = await withReceived(['m1'], { storage });
    const sentAt = before.clock.now();
    const { id: first } = before.flow.sendMessage('one');
    await flushMicrotasks();
    expect(before.transport.wire.at(-1)).toBe('message:one');
    before.flow.sendMessage('two');
    await flushMicrotasks();
    before.flow.terminate();

    const clock = createVirtualClock({ now: sentAt + 60_000 });
    const { flow, transport, push } = await createSendingFlow({ storage, clock, seed: 2 });
    await push(incoming('m2'));
    flow.sendMessage('three');
    expect(bodies(flow)).toEqual(['m1', 'm2', 'one', 'two', 'three']);
    for (const index of [0, 1, 2]) {
      transport.messages[index]?.accept();
      await flushMicrotasks();
    }
    expect(transport.wire.filter((call) => call.startsWith('message'))).toEqual([
      'message:one',
      'message:two',
      'message:three',
    ]);
    expect(transport.messages[0]?.message).toMatchObject({ messageId: first, sentAt });
    expect(bodies(flow)).toEqual(['m1', 'm2', 'one', 'two', 'three']);
  });

  it('B82 B117 retried messages are sent after a reload, once, in their place', async () => {
    const storage = createMemoryStorage();
    const before = await createSendingFlow({ storage });
    const { id } = before.flow.sendMessage('one');
    await flushMicrotasks();
    before.transport.messages[0]?.fail(new TransportFailure(486, 'busy', { retryable: false }));
    await flushMicrotasks();
    await before.push(incoming('m1'));
    before.transport.setStatus({ state: 'offline' });
    before.flow.retryMessage(id);
    await flushMicrotasks();
    before.flow.terminate();
    const { flow, transport } = await createSendingFlow({ storage, seed: 2 });
    expect(bodies(flow)).toEqual(['one', 'm1']);
    transport.messages[0]?.accept();
    await flushMicrotasks();
    expect(transport.wire).toEqual(['message:one']);
    expect(flow.messages.get(id)?.status).toBe('sent');
  });

  it('B118 receipts that were not sent are sent after a reload, once', async () => {
    const storage = createMemoryStorage();
    const before = await createSendingFlow({ storage, fake: { notificationAnswer: 'manual' } });
    await before.push(incoming('m1'));
    before.flow.terminate();
    await flushMicrotasks();
    const again = await createSendingFlow({ storage });
    expect(again.transport.wire).toEqual(['delivered:m1']);
    again.flow.terminate();
    await flushMicrotasks();
    const { transport } = await createSendingFlow({ storage });
    expect(transport.wire).toEqual([]);
  });

  it('B96 B118 receipts that were not sent are not sent after a reload if they are off now', async () => {
    const storage = createMemoryStorage();
    const before = await createSendingFlow({ storage, fake: { notificationAnswer: 'manual' } });
    await before.push(incoming('m1'));
    before.flow.terminate();
    await flushMicrotasks();
    for (const template of [{ notify: { delivered: false } }, { trust: () => 'untrusted' as const }]) {
      const { flow, transport } = await createSendingFlow({ storage, template });
      expect(bodies(flow)).toEqual(['m1']);
      expect(transport.wire).toEqual([]);
      flow.terminate();
      await flushMicrotasks();
    }
  });

  it('B92 B94 duplicates of stored messages that are not loaded are recognised', async () => {
    const storage = await stored(range(1, 8));
    const { flow, transport, push, received } = await createSendingFlow({ storage, template: { pageSize: 2 } });
    await push(incoming('m1'));
    await push(history(incomingMessage('m2'), incomingMessage('m3')));
    await push(incoming('m4', { fromHistory: true }));
    expect(received).toEqual([]);
    expect(bodies(flow)).toEqual(['m7', 'm8']);
    expect(transport.wire).toEqual(['delivered:m1']);
  });

  it('B69 B117 stored messages that are not loaded take receipts', async () => {
    const storage = createMemoryStorage();
    const before = await createSendingFlow({ storage, fake: { autoAnswer: { outcome: 'accepted' } } });
    const { id } = before.flow.sendMessage('mine');
    await flushMicrotasks();
    for (const other of range(1, 4)) await before.push(incoming(other));
    before.flow.terminate();
    await flushMicrotasks();
    const { flow, push, notified, diagnostics } = await createSendingFlow({ storage, template: { pageSize: 2 } });
    await push(notification(id, 'delivered'));
    expect(notified).toEqual([`delivered:${id}`]);
    expect(diagnostics).toEqual([]);
    expect(flow.messages.get(id)).toBeUndefined();
    await flow.loadOlder();
    await flow.loadOlder();
    expect(flow.messages.get(id)?.status).toBe('delivered');
  });

  it('B76 stored messages are covered by a read marker once they are loaded', async () => {
    const storage = createMemoryStorage();
    const before = await createSendingFlow({ storage, fake: { autoAnswer: { outcome: 'delivered' } } });
    const ids: string[] = [];
    for (const body of ['one', 'two', 'three', 'four']) {
      ids.push(before.flow.sendMessage(body).id);
      await flushMicrotasks();
    }
    before.flow.terminate();
    await flushMicrotasks();
    const { flow, push } = await createSendingFlow({ storage, template: { pageSize: 1 } });
    await push(notification(ids[2]!, 'displayed', { upTo: true }));
    await flow.loadOlder();
    await flow.loadOlder();
    await flow.loadOlder();
    expect(ids.map((id) => flow.messages.get(id)?.status)).toEqual([
      'displayed',
      'displayed',
      'displayed',
      'delivered',
    ]);
    flow.terminate();
    await flushMicrotasks();
    const again = await createSendingFlow({ storage });
    expect(ids.map((id) => again.flow.messages.get(id)?.status)).toEqual([
      'displayed',
      'displayed',
      'displayed',
      'delivered',
    ]);
  });

  it('B76 messages that arrived after a read marker are not covered by it, also after a reload', async () => {
    const storage = createMemoryStorage();
    const before = await createSendingFlow({ storage });
    const ids: string[] = [];
    for (const body of ['one', 'two', 'three']) {
      ids.push(before.flow.sendMessage(body).id);
      await flushMicrotasks();
      const call = before.transport.messages.at(-1);
      if (body === 'one') call?.fail(new TransportFailure(486, 'busy', { retryable: false }));
      else call?.accept({ outcome: body === 'two' ? 'accepted' : 'delivered' });
      await flushMicrotasks();
    }
    await before.push(notification(ids[2]!, 'displayed', { upTo: true }));
    await before.clock.advance(1_000);
    before.flow.retryMessage(ids[0]!);
    await flushMicrotasks();
    before.transport.messages.at(-1)?.accept();
    await before.push(notification(ids[0]!, 'delivered'));
    await before.push(notification(ids[1]!, 'delivered'));
    before.flow.terminate();
    await flushMicrotasks();
    const { flow } = await createSendingFlow({ storage });
    expect(ids.map((id) => flow.messages.get(id)?.status)).toEqual(['delivered', 'delivered', 'displayed']);
  });

  it('B117 all stored messages between which history inserts an unknown one are loaded', async () => {
    const storage = await stored(['m1', 'm2', 'm4', 'm5', 'm6', 'm7', 'm8']);
    const { flow, push } = await createSendingFlow({ storage, template: { pageSize: 2 } });
    await push(history(...range(2, 8).map((id) => incomingMessage(id))));
    expect(await flow.loadOlder()).toBeGreaterThan(0);
    while (flow.store.getState().history.hasOlder) await flow.loadOlder();
    expect(bodies(flow)).toEqual(range(1, 8));
  });

  it('B117 history that is requested before the storage was read does not overwrite stored messages', async () => {
    const storage = createMemoryStorage();
    const before = await createSendingFlow({ storage });
    const { id } = before.flow.sendMessage('mine');
    await flushMicrotasks();
    before.transport.messages[0]?.accept();
    await before.push(notification(id, 'displayed'));
    before.flow.terminate();
    await flushMicrotasks();

    const held = createHeldStorage(storage, 'open');
    const { flow, transport } = await createSendingFlow({
      fake: { capabilities: { history: true } },
      storage: held.storage,
    });
    const loaded = flow.loadOlder();
    await flushMicrotasks();
    transport.historyRequests[0]?.accept({ messages: [incomingMessage('m0'), own(id, 'mine')], end: true });
    await flushMicrotasks();
    await held.release();
    transport.historyRequests[0]?.accept({ messages: [incomingMessage('m0'), own(id, 'mine')], end: true });
    expect(await loaded).toBe(1);
    expect(flow.messages.get(id)?.status).toBe('displayed');
    expect(bodies(flow)).toEqual(['m0', 'mine']);
  });

  it('B117 invalid stored records are skipped, and block nothing', async () => {
    const storage = await stored(range(1, 6));
    const { records } = await storage.open(CONVERSATION, 100);
    for (const record of records as { id: string }[]) {
      if (record.id === 'm3' || record.id === 'm4') {
        await storage.write(CONVERSATION, { put: [{ ...record, body: 5 } as never], remove: [] });
      }
    }
    const { flow, diagnostics } = await createSendingFlow({ storage, template: { pageSize: 2 } });
    expect(bodies(flow)).toEqual(['m5', 'm6']);
    expect(await flow.loadOlder()).toBe(0);
    expect(await flow.loadOlder()).toBe(2);
    expect(bodies(flow)).toEqual(['m1', 'm2', 'm5', 'm6']);
    expect(diagnostics).toEqual(['stored-record-corrupt', 'stored-record-corrupt']);
  });

  it.each([Number.NaN, Infinity, 1e300, 5e14 + 1, 5e14, 4])(
    'B117 stored messages are not all read because of the invalid marker %d',
    async (order) => {
      const storage = await stored(range(1, 3));
      await storage.write(CONVERSATION, { put: [], remove: [], meta: { displayedOrder: order } });
      const test = await createSendingFlow({ storage });
      expect(test.diagnostics).toEqual(['stored-marker-corrupt']);
      expect(test.flow.store.getState().unreadCount).toBe(3);
      await test.push(incoming('m4'));
      expect(test.flow.store.getState().unreadCount).toBe(4);
    },
  );

  it.each([
    [3, 0, []],
    [2, 1, []],
    [-0, 3, []],
    [-5e14, 3, []],
    [-1e300, 3, ['stored-marker-corrupt']],
    [-Infinity, 3, ['stored-marker-corrupt']],
  ])('B117 messages are read up to the marker %d: %i are unread', async (order, unread, expected) => {
    const storage = await stored(range(1, 3));
    await storage.write(CONVERSATION, { put: [], remove: [], meta: { displayedOrder: order } });
    const { flow, diagnostics } = await createSendingFlow({ storage });
    expect(flow.store.getState().unreadCount).toBe(unread);
    expect(diagnostics).toEqual(expected);
  });

  it.each([
    [{ remoteDisplayedOrder: 1e300, remoteDisplayedAt: 8e15 }, 'delivered', 1],
    [{ remoteDisplayedOrder: 2, remoteDisplayedAt: 8e15 }, 'delivered', 1],
    [{ remoteDisplayedOrder: 1, remoteDisplayedAt: 1e300 }, 'delivered', 1],
    [{ remoteDisplayedOrder: 1, remoteDisplayedAt: 8e15 }, 'displayed', 0],
  ])('B76 messages are not displayed because of an invalid marker: %j', async (meta, status, refused) => {
    const storage = createMemoryStorage();
    const { flow, push } = await createSendingFlow({ storage, fake: { autoAnswer: { outcome: 'accepted' } } });
    const { id } = flow.sendMessage('mine');
    await flushMicrotasks();
    await push(notification(id, 'delivered'));
    expect(flow.messages.get(id)).toMatchObject({ status: 'delivered', order: 1 });
    flow.terminate();
    await flushMicrotasks();
    await storage.write(CONVERSATION, { put: [], remove: [], meta });
    const later = await createSendingFlow({ storage });
    expect(later.flow.messages.get(id)?.status).toBe(status);
    expect(later.diagnostics).toEqual(Array.from({ length: refused }, () => 'stored-marker-corrupt'));
  });

  it('B117 messages are marked as read up to a marker whose message is invalid, and no further', async () => {
    const storage = await stored(range(1, 3));
    const { records } = await storage.open(CONVERSATION, 100);
    const spoilt = { ...(records[2] as MessageRecord), body: 5 } as never;
    await storage.write(CONVERSATION, { put: [spoilt], remove: [], meta: { displayedOrder: 3 } });
    const test = await createSendingFlow({ storage });
    expect(test.diagnostics).toEqual(['stored-record-corrupt']);
    expect(test.flow.store.getState().unreadCount).toBe(0);
    await test.push(incoming('m4'));
    expect(test.flow.store.getState().unreadCount).toBe(1);
  });

  it.each([Number.NaN, Infinity, 1e300, -1e300, 5e14 + 1])(
    'B117 stored messages with the order %d are skipped',
    async (order) => {
      const storage = await stored(range(1, 3));
      const { records, ...conversation } = await storage.open(CONVERSATION, 100);
      const spoilt = [...records.slice(0, 2), { ...(records[2] as MessageRecord), order }];
      const test = await createSendingFlow({
        storage: { ...storage, open: async () => ({ ...conversation, records: spoilt }) },
      });
      expect(test.diagnostics).toEqual(['stored-record-corrupt']);
      expect(bodies(test.flow)).toEqual(['m1', 'm2']);
      await test.push(incoming('m4'));
      const { id } = test.flow.sendMessage('mine');
      await flushMicrotasks();
      test.transport.messages[0]?.accept();
      await flushMicrotasks();
      await test.push(incoming('m5'));
      expect(bodies(test.flow)).toEqual(['m1', 'm2', 'm4', 'mine', 'm5']);
      expect(test.flow.messages.get(id)?.order).toBeLessThan(10);
    },
  );

  it('B117 a storage that cannot be read leaves the flow in memory, with an error until it works again', async () => {
    const { flow, transport, push, diagnostics, clock } = await createSendingFlow({
      storage: BROKEN,
      fake: { autoAnswer: { outcome: 'accepted' } },
    });
    const { id } = flow.sendMessage('mine');
    await push(incoming('m1'));
    await clock.advance(0);
    expect(flow.messages.get(id)?.status).toBe('sent');
    expect(transport.wire).toEqual(['message:mine', 'delivered:m1']);
    expect(flow.store.getState()).toMatchObject({ history: { ready: true }, error: { code: 'storage' } });
    expect(diagnostics).toContain('storage-unreadable');
    await clock.advance(2_000);
    expect(diagnostics).toContain('storage-write-failed');
  });

  it('B117 reading a storage that fails is retried with back-off, while writes work', async () => {
    const inner = createMemoryStorage();
    let opens = 0;
    const { flow, clock } = await createSendingFlow({
      storage: {
        ...inner,
        open(conversation, limit) {
          opens += 1;
          return opens > 3 ? inner.open(conversation, limit) : Promise.reject(new Error('not now'));
        },
      },
    });
    await clock.advance(100);
    expect(opens).toBe(1);
    expect(flow.store.getState().error).toMatchObject({ code: 'storage' });
    await clock.advance(30_000);
    expect(opens).toBe(4);
    expect(flow.store.getState().error).toBeUndefined();
  });

  it('B117 a slow storage does not delay sending and receiving for long', async () => {
    const { flow, transport, push, clock } = await createSendingFlow({
      storage: MUTE,
      fake: { autoAnswer: { outcome: 'accepted' } },
    });
    flow.sendMessage('mine');
    await push(incoming('m1'));
    expect(bodies(flow)).toEqual(['mine']);
    expect(transport.wire).toEqual([]);
    await clock.advance(15_000);
    expect(bodies(flow).toSorted()).toEqual(['m1', 'mine']);
    expect(transport.wire).toEqual(['message:mine', 'delivered:m1']);
  });
});

describe('messages that arrive while the storage hangs', () => {
  it('B117 messages that arrive while the storage hangs wait for it together, not one after the other', async () => {
    const storage = await stored(range(1, 4));
    const { flow, push, clock } = await createSendingFlow({
      storage: { ...storage, find: never },
      template: { pageSize: 2 },
    });
    for (const id of range(5, 8)) await push(incoming(id));
    expect(bodies(flow)).toEqual(['m3', 'm4']);
    await clock.advance(5_000);
    expect(bodies(flow)).toEqual(range(3, 8));
    await push(incoming('m9'));
    expect(bodies(flow)).toEqual(range(3, 9));
  });
});

describe('simultaneous messages while older ones are not loaded', () => {
  /** A flow that has loaded the last of its own messages; the first is in the storage only, as sent. */
  async function withOlder(hold: (storage: MessageStorage) => MessageStorage, pageSize = 1) {
    const storage = createMemoryStorage();
    const before = await createSendingFlow({ storage, fake: { autoAnswer: { outcome: 'accepted' } } });
    const { id } = before.flow.sendMessage('first');
    await flushMicrotasks();
    for (let count = 1; count < pageSize; count += 1) await before.push(incoming(`between ${count}`));
    before.flow.sendMessage('last');
    await flushMicrotasks();
    before.flow.terminate();
    const test = await createSendingFlow({ storage: hold(storage), seed: 2, template: { pageSize } });
    expect(bodies(test.flow)).toHaveLength(pageSize);
    expect(bodies(test.flow).at(-1)).toBe('last');
    return { ...test, storage, id };
  }

  it('B117 a burst of messages is looked up together: the first, then the waiting ones, 100 at a time', async () => {
    const looked: number[] = [];
    const { transport, flow, received } = await withOlder((storage) => ({
      ...storage,
      find(conversation, ids) {
        looked.push(ids.length);
        return storage.find(conversation, ids);
      },
    }));
    for (const id of range(1, 251)) transport.push(incoming(id));
    await flushMicrotasks();
    expect(looked).toEqual([1, 100, 100, 50]);
    expect(received.map(({ id }) => id)).toEqual(range(1, 251));
    expect(bodies(flow)).toEqual(['last', ...range(1, 251)]);
  });

  it('B430 pages of history that wait are looked up and merged by the number of their messages, 100 at a time', async () => {
    const looked: number[] = [];
    const merged: number[] = [];
    const { transport, flow, clock } = await withOlder(
      (storage) => ({
        ...storage,
        find(conversation, ids) {
          looked.push(ids.length);
          merged.push(flow.messages.order.length);
          return storage.find(conversation, ids);
        },
      }),
      50,
    );
    for (const end of [40, 80, 120, 160, 200, 450]) {
      const start = end === 450 ? 201 : end - 39;
      transport.push({ type: 'history', messages: range(start, end).map((messageId) => incomingMessage(messageId)) });
    }
    await clock.advance(0);
    expect(looked).toEqual([40, 80, 80, 100, 100, 50]);
    expect(merged).toEqual([50, 90, 170, 250, 350, 450]);
    expect(bodies(flow).slice(50)).toEqual(range(1, 450));
  });

  it('B74 B112 a receipt builds on an update of the same moment, also before that is stored', async () => {
    const { transport, storage, id, notified } = await withOlder((inner) => inner);
    // The events behind the first one are looked up together.
    transport.push(incoming('m1'));
    for (const outcome of ['displayed', 'delivered', 'displayed'] as const) transport.push(notification(id, outcome));
    await flushMicrotasks();
    expect(notified).toEqual([`displayed:${id}`]);
    expect(await storage.find(CONVERSATION, [id])).toMatchObject([
      { status: 'displayed', timestamps: { delivered: 1e12 } },
    ]);
  });

  it('B74 a receipt builds on an update that is still being stored', async () => {
    let release = (): Promise<void> => Promise.resolve();
    const { transport, storage, id } = await withOlder((inner) => {
      const held = createHeldStorage(inner, 'write');
      ({ release } = held);
      return held.storage;
    });
    for (const outcome of ['displayed', 'delivered'] as const) {
      transport.push(notification(id, outcome));
      await flushMicrotasks();
    }
    await release();
    await release();
    expect(await storage.find(CONVERSATION, [id])).toMatchObject([{ status: 'displayed' }]);
  });

  it('B118 composing that waits behind a lookup is dropped when the connection is lost', async () => {
    const { transport, flow } = await withOlder((storage) => storage);
    transport.push(incoming('m1'));
    transport.push({ type: 'composing', sender: 'bo', state: 'composing' });
    transport.setStatus({ state: 'offline' });
    transport.setStatus({ state: 'online' });
    await flushMicrotasks();
    expect(bodies(flow)).toEqual(['last', 'm1']);
    expect(flow.store.getState().remoteComposingState).toBe('idle');
  });
});

describe('a message and the storage', () => {
  it('B13 B115 a message is sent once it is stored, so that no crash can lose it', async () => {
    const storage = createMemoryStorage();
    const order: string[] = [];
    const { flow, transport } = await createSendingFlow({
      storage: {
        ...storage,
        write: async (key, write) => {
          order.push(`write:${write.put.map(({ body, status }) => `${body} ${status}`).join()}`);
          expect(transport.wire).toEqual([]);
          await storage.write(key, write);
        },
      },
    });
    flow.sendMessage('one');
    expect(transport.wire).toEqual([]);
    await flushMicrotasks();
    expect(order).toEqual(['write:one queued']);
    expect(transport.wire).toEqual(['message:one']);
  });

  it('B88 the receipt for a message is sent only after the message is stored', async () => {
    const { storage, release } = createHeldStorage(createMemoryStorage(), 'write');
    const { transport, push, received } = await createSendingFlow({ storage });
    await push(incoming('m1'));
    expect(received).toHaveLength(1);
    expect(transport.wire).toEqual([]);
    await release();
    expect(transport.wire).toEqual(['delivered:m1']);
  });

  it('B86 a receipt is acknowledged once its status is stored', async () => {
    const { storage, release } = createHeldStorage(createMemoryStorage(), 'write');
    const { flow, transport, push } = await createSendingFlow({ storage });
    const { id } = flow.sendMessage('one');
    await release();
    transport.messages[0]?.accept();
    await flushMicrotasks();
    // The message is being written as sent when the notification arrives.
    expect(flow.messages.get(id)?.status).toBe('sent');
    await push(notification(id, 'delivered'));
    await release();
    expect(transport.acknowledgements).toEqual([]);
    await release();
    expect(transport.acknowledgements).toEqual([{ remote: 'bo', messageId: id, outcome: 'delivered' }]);
    expect(await storage.find(CONVERSATION, [id])).toMatchObject([{ status: 'delivered' }]);
  });

  it('B85 a discarded message is removed from the storage', async () => {
    const storage = createMemoryStorage();
    const { flow, transport } = await createSendingFlow({ storage });
    transport.setStatus({ state: 'offline' });
    const { id } = flow.sendMessage('one');
    await flushMicrotasks();
    flow.discardMessage(id);
    await flushMicrotasks();
    expect(await storage.open(CONVERSATION, 10)).toMatchObject({ records: [], outbox: [] });
  });
});
