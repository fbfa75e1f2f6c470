import { flushMicrotasks } from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { bodies, createSendingFlow, incoming, incomingMessage, type TestFlow } from '../../test/testFlow.ts';
import { type IncomingMessage, TransportFailure } from '../ports/transport.ts';
import type { MessageStorage } from '../ports/storage.ts';
import { createMemoryStorage } from '../storage/index.ts';

const FAKE = { capabilities: { history: true, catchUp: true } };

function range(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `m${from + index}`);
}

function placed(id: string): IncomingMessage {
  return incomingMessage(id, { position: `at ${id}` });
}

/** A storage with a conversation of an earlier page. */
async function stored(ids: readonly string[]): Promise<MessageStorage> {
  const storage = createMemoryStorage();
  const { flow, push } = await createSendingFlow({ storage });
  for (const id of ids) await push(incoming(id, { position: `at ${id}` }));
  flow.terminate();
  await flushMicrotasks();
  return storage;
}

/**
 * Responds to the archive requests of a flow, from the request with this index on. Returns how many it responded to.
 */
async function answer({ transport, clock }: TestFlow, archive: readonly string[], from = 0): Promise<number> {
  let answered = from;
  for (; transport.historyRequests[answered] !== undefined; answered += 1) {
    const { before, limit } = transport.historyRequests[answered]!.request;
    const end = before === undefined ? archive.length : archive.indexOf(before.slice(3));
    const start = Math.max(0, end - limit);
    transport.historyRequests[answered]!.accept({
      messages: archive.slice(start, end).map(placed),
      end: start === 0,
    });
    await clock.advance(0);
  }
  return answered - from;
}

describe('catching up a stored conversation', () => {
  it('B260 a missed message is read from the history, counts as unread, and its sender receives a receipt', async () => {
    const test = await createSendingFlow({ fake: FAKE, storage: await stored(range(1, 3)) });
    expect(await answer(test, range(1, 5))).toBe(1);
    expect(bodies(test.flow)).toEqual(range(1, 5));
    expect(test.received.map(({ id }) => id)).toEqual(['m4', 'm5']);
    expect(test.transport.wire).toEqual(['delivered:m4', 'delivered:m5']);
    expect(test.flow.store.getState().unreadCount).toBe(5);
  });

  it.each([1, 5, 99, 100, 101, 250, 1_000])('B260 the catch-up reads as many pages as it needs: %i', async (missed) => {
    const test = await createSendingFlow({ fake: FAKE, storage: await stored(range(1, 40)) });
    await answer(test, range(1, 40 + missed));
    expect(bodies(test.flow)).toEqual(range(1, 40 + missed));
    expect(test.received).toHaveLength(missed);
  });

  it('B260 a missed message may precede stored ones, if the server archived it late', async () => {
    const log = range(1, 40);
    const late = ['m12', 'm25', 'm39'];
    const storage = await stored(log.filter((id) => !late.includes(id)));
    const test = await createSendingFlow({ fake: FAKE, storage });
    await answer(test, log);
    expect(bodies(test.flow)).toEqual(log);
    expect(test.received.map(({ id }) => id)).toEqual(late);
  });

  it('B260 the catch-up brings the receipts for own messages', async () => {
    const storage = createMemoryStorage();
    const before = await createSendingFlow({ storage, fake: { autoAnswer: { outcome: 'accepted' } } });
    const { id } = before.flow.sendMessage('mine');
    await flushMicrotasks();
    before.flow.terminate();
    await flushMicrotasks();
    const { flow, transport } = await createSendingFlow({ fake: FAKE, storage });
    transport.historyRequests[0]?.accept({
      messages: [incomingMessage(id, { sender: 'ana', body: 'mine' })],
      receipts: [{ sender: 'bo', messageId: id, outcome: 'displayed', upTo: true }],
      end: true,
    });
    await flushMicrotasks();
    expect(flow.messages.get(id)?.status).toBe('displayed');
  });

  it('B260 a failed catch-up is repeated with the next connection, also after a reload', async () => {
    const storage = await stored(range(1, 30));
    const first = await createSendingFlow({ fake: FAKE, storage });
    first.transport.historyRequests[0]?.fail(new TransportFailure(503, 'later', { retryable: true }));
    await flushMicrotasks();
    expect(first.diagnostics).toEqual(['history-unreadable']);
    // More than a page arrives meanwhile. That these messages are known does not prove that those before them are.
    for (const id of range(61, 200)) await first.push(incoming(id, { position: `at ${id}` }));
    first.flow.terminate();
    await flushMicrotasks();

    const second = await createSendingFlow({ fake: FAKE, storage });
    second.transport.setStatus({ state: 'offline' });
    second.transport.historyRequests[0]?.fail(new TransportFailure(503, 'gone', { retryable: true }));
    await flushMicrotasks();
    second.transport.setStatus({ state: 'online' });
    await answer(second, range(1, 200), 1);
    while (second.flow.store.getState().history.hasOlder) {
      const from = second.transport.historyRequests.length;
      const loaded = second.flow.loadOlder();
      await flushMicrotasks();
      await answer(second, range(1, 200), from);
      if ((await loaded) === 0) break;
    }
    expect(bodies(second.flow)).toEqual(range(1, 200));
    second.flow.terminate();
    await flushMicrotasks();
    expect((await storage.open(JSON.stringify(['ana', 'bo']), 1)).meta).not.toHaveProperty('gapAfterOrder');
  });

  it('B260 the catch-up runs once for each session, unless nothing is stored or the transport delivers missed messages', async () => {
    const storage = await stored(range(1, 3));
    const test = await createSendingFlow({ fake: FAKE, storage });
    await answer(test, range(1, 3));
    test.transport.setStatus({ state: 'offline' });
    test.transport.setStatus({ state: 'online' });
    await flushMicrotasks();
    expect(test.transport.historyRequests).toHaveLength(1);
    const empty = await createSendingFlow({ fake: FAKE, storage: createMemoryStorage() });
    expect(empty.transport.historyRequests).toHaveLength(0);
    const unasked = await createSendingFlow({ fake: { capabilities: { history: true } }, storage });
    expect(unasked.transport.historyRequests).toHaveLength(0);
  });
});
