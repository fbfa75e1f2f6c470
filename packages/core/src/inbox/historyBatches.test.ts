import { createVirtualClock, flushMicrotasks } from '@imflow/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodies, createSendingFlow, incoming, incomingMessage, type TestFlow } from '../../test/testFlow.ts';
import type { ChannelEvent, IncomingMessage } from '../ports/transport.ts';
import { createMemoryStorage } from '../storage/index.ts';

type History = Extract<ChannelEvent, { readonly type: 'history' }>;

function range(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `m${from + index}`);
}

function history(ids: readonly string[], more: Partial<History> = {}): History {
  return { type: 'history', messages: ids.map((id) => incomingMessage(id)), ...more };
}

function own(id: string): IncomingMessage {
  return incomingMessage(id, { sender: 'ana' });
}

function acked({ acknowledgements }: TestFlow['transport']): string[] {
  return acknowledgements.map(({ messageId }) => messageId);
}

/** How many messages are known after each batch. */
async function countsOf({ flow, transport, clock }: TestFlow, event: ChannelEvent): Promise<number[]> {
  const counts = [flow.messages.order.length];
  flow.store.subscribe(() => {
    const count = flow.messages.order.length;
    if (count !== counts.at(-1)) counts.push(count);
  });
  transport.push(event);
  await clock.advance(0);
  return counts.slice(1);
}

describe('a history in batches', () => {
  it('B430 a long history is merged in batches of 100 messages, oldest first, and raises its events in this order', async () => {
    const test = await createSendingFlow();
    expect(await countsOf(test, history(range(1, 250)))).toEqual([100, 200, 250]);
    expect(bodies(test.flow)).toEqual(range(1, 250));
    expect(test.received.map(({ id }) => id)).toEqual(range(1, 250));
  });

  it('B430 a history is merged in batches of two pages where pages are short', async () => {
    const test = await createSendingFlow({ template: { pageSize: 3 } });
    expect(await countsOf(test, history(range(1, 14)))).toEqual([6, 12, 14]);
    expect(bodies(test.flow)).toEqual(range(1, 14));
  });

  it('B430 a long history lets the user write and send between two batches, and keeps its messages together', async () => {
    const { flow, transport, clock } = await createSendingFlow({ fake: { autoAnswer: { outcome: 'accepted' } } });
    transport.push(history(range(1, 250)));
    await flushMicrotasks();
    expect(flow.messages.order.length).toBe(100);
    const { id } = flow.sendMessage('mine');
    await flushMicrotasks();
    expect(flow.messages.get(id)?.status).toBe('sent');
    await clock.advance(0);
    expect(bodies(flow)).toEqual([...range(1, 250), 'mine']);
  });

  it('B430 a long history precedes what arrives live behind it', async () => {
    const { flow, transport, clock, received } = await createSendingFlow();
    transport.push(history(range(1, 250)));
    transport.push(incoming('m251'));
    await clock.advance(0);
    expect(bodies(flow)).toEqual(range(1, 251));
    expect(received.map(({ id }) => id)).toEqual(range(1, 251));
  });

  it('B430 a long history shows an own message at once with the receipt and the edit that came with it', async () => {
    const test = await createSendingFlow();
    const statuses: (string | undefined)[] = [];
    test.flow.store.subscribe(() => {
      const message = test.flow.messages.get('mine');
      if (message !== undefined) statuses.push(`${message.status} ${message.body}`);
    });
    await test.push({
      type: 'history',
      messages: [
        ...range(1, 120).map((id) => incomingMessage(id)),
        own('mine'),
        ...range(121, 300).map((id) => incomingMessage(id)),
      ],
      receipts: [{ sender: 'bo', messageId: 'e1', outcome: 'displayed', upTo: true }],
      operations: [
        { kind: 'edit', id: 'e1', target: 'mine', sequence: 1, sender: 'ana', contentType: 'text/plain', body: 'new' },
      ],
    });
    expect(new Set(statuses)).toEqual(new Set(['displayed new']));
    expect(test.statuses).toEqual([]);
  });

  it('B430 a long history applies its receipts for earlier messages', async () => {
    const test = await createSendingFlow({ fake: { autoAnswer: { outcome: 'accepted' } } });
    const { id } = test.flow.sendMessage('before');
    await flushMicrotasks();
    await test.push(history(range(1, 250), { receipts: [{ sender: 'bo', messageId: id, outcome: 'delivered' }] }));
    expect(test.flow.messages.get(id)?.status).toBe('delivered');
  });

  it('B430 many receipts for earlier messages are applied in batches of 100', async () => {
    const { flow, push, clock, transport } = await createSendingFlow();
    const ids = range(1, 250);
    await push({ type: 'history', messages: ids.map(own) });
    const delivered = (): number => ids.filter((id) => flow.messages.get(id)?.status === 'delivered').length;
    const receipts = ids.map((messageId) => ({ sender: 'bo', messageId, outcome: 'delivered' }) as const);
    transport.push({ type: 'history', messages: [], receipts });
    await flushMicrotasks();
    expect(delivered()).toBe(100);
    await clock.advance(0);
    expect(delivered()).toBe(250);
  });

  it('B430 a long history that repeats all messages of its last batch has them once', async () => {
    const { flow, push } = await createSendingFlow();
    await push(
      history([...range(1, 100), ...range(1, 20)], {
        receipts: [{ sender: 'bo', messageId: 'unknown', outcome: 'delivered' }],
      }),
    );
    expect(bodies(flow)).toEqual(range(1, 100));
  });

  it('B430 a long history has a repeated message once, at its first place, and acknowledges each copy', async () => {
    const { flow, push, transport } = await createSendingFlow();
    await push(history([...range(1, 150), 'm50', ...range(151, 250), 'm120']));
    expect(bodies(flow)).toEqual(range(1, 250));
    const acks = acked(transport).filter((id) => id === 'm50' || id === 'm120');
    expect(acks.toSorted()).toEqual(['m120', 'm120', 'm50', 'm50']);
  });

  it('B430 a history in batches puts known messages of any order into its own order', async () => {
    const log = Array.from({ length: 14 }, (_, index) => `m${index + 1}`);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(log), fc.integer({ min: 1, max: 7 }), async (arrived, pageSize) => {
        const { flow, push } = await createSendingFlow({ template: { pageSize } });
        for (const id of arrived) await push(incoming(id));
        await push(history(log));
        expect(bodies(flow)).toEqual(log);
        flow.terminate();
      }),
      { numRuns: 200 },
    );
  });

  it('B525 a long history in a hidden page, whose timers take a second, is merged at once after the first break', async () => {
    const clock = createVirtualClock();
    let isHidden = true;
    const { flow, transport } = await createSendingFlow({
      clock: { ...clock, setTimer: (callback, delay) => clock.setTimer(callback, isHidden ? delay + 1_000 : delay) },
    });
    transport.push(history(range(1, 1_000)));
    await flushMicrotasks();
    expect(flow.messages.order.length).toBe(100);
    await clock.advance(1_000);
    expect(bodies(flow)).toEqual(range(1, 1_000));
    isHidden = false;
    transport.push(history(range(1_001, 1_300)));
    await flushMicrotasks();
    expect(flow.messages.order.length).toBe(1_100);
  });

  it('B525 a hidden page merges a history of thousands of batches', async () => {
    const { flow, transport, clock } = await createSendingFlow({ template: { pageSize: 1 } });
    const ids = range(1, 20_000);
    transport.push(history(ids));
    await flushMicrotasks();
    await clock.sleep(1_000);
    expect(flow.messages.order.length).toBe(ids.length);
  });

  it('B430 known messages behind a batch of repeated ones get their place behind what precedes these', async () => {
    const { flow, push } = await createSendingFlow({ template: { pageSize: 1 } });
    for (const id of ['m4', 'm1', 'm2']) await push(incoming(id));
    await push(history(['m1', 'm2', 'm1', 'm2', 'm4', 'm5']));
    expect(bodies(flow)).toEqual(['m1', 'm2', 'm4', 'm5']);
  });

  it('B430 a long history is stored batch by batch, and a new page that receives it again continues it', async () => {
    const storage = createMemoryStorage();
    const first = await createSendingFlow({ storage });
    first.transport.push(history(range(1, 250)));
    await flushMicrotasks();
    first.flow.terminate();
    await flushMicrotasks();
    expect(acked(first.transport)).toEqual(range(1, 100));
    const second = await createSendingFlow({ storage });
    await second.push(history(range(1, 250)));
    while (second.flow.store.getState().history.hasOlder) await second.flow.loadOlder();
    expect(bodies(second.flow)).toEqual(range(1, 250));
  });
});
