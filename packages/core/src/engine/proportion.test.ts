import { createFakeTransport, flushMicrotasks } from '@imflow/testing';
import { describe, expect, it, vi } from 'vitest';
import { countReads } from '../../test/countReads.ts';
import { createSendingFlow, incoming } from '../../test/testFlow.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import { createMessageTable } from '../messages/messageTable.ts';
import { createOrderIndex } from '../messages/orderIndex.ts';
import { initialOutbox, type Outbox, outboxDeadline, type OutboxEvent, reduceOutbox } from '../outbox/machine.ts';
import {
  DISPLAYED_DELAY,
  initialReceipts,
  MAX_COVERED_MESSAGES,
  type Receipts,
  receiptKey,
  receiptsDeadline,
  type ReceiptsEvent,
  reduceReceipts,
} from '../receipts/machine.ts';
import { displayedReceipts, pendingReceipts } from '../receipts/pendingReceipts.ts';
import { resolveSettings } from './settings.ts';
import { initialState } from './state.ts';
import { createTransaction, putRecord, recordsWithMessageId } from './transaction.ts';

const FEW = 300;
const MANY = 10_000;

/** How much more a step may read where there are many items: one more level of searches, and the list of chunks. */
const SLACK = 2_000;

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** States are immutable, so all tests share one for each size. */
function cached<T>(create: (count: number) => T): (count: number) => T {
  const known = new Map<number, T>();
  return (count) => {
    const state = known.get(count) ?? create(count);
    known.set(count, state);
    return state;
  };
}

function record(id: string, order: number): MessageRecord {
  const head = { id, messageId: id, direction: 'incoming', sender: 'bo', contentType: 'text/plain', body: id } as const;
  const state = { status: 'delivered', attempts: 0, timestamps: {}, deliveryFailures: [] } as const;
  return { ...head, ...state, order, at: 0, isContentTypeSupported: true };
}

describe('an outbox', () => {
  const settings = { sendTimeout: 30_000, maxInFlight: 1, maxAttempts: 10, writesAhead: true };
  const queued = (index: number, more: object = {}): OutboxEvent => {
    return { type: 'queued', id: `m${index}`, order: index, durable: true, attempts: 1, ...more };
  };

  const outboxOf = cached((count: number): Outbox => {
    const events: OutboxEvent[] = [...range(count).map((index) => queued(index)), { type: 'open' }];
    return events.reduce((state, event) => reduceOutbox(state, event, 0, settings).state, initialOutbox);
  });

  it.each<[name: string, event: (count: number) => OutboxEvent]>([
    ['a message is queued', (count) => queued(count + 1)],
    ['a message is queued and held', (count) => queued(count + 1, { holdFor: 5_000 })],
    ['a message is stored', (count) => ({ type: 'durable', ids: new Set([`m${count / 2}`]) })],
    ['a message is accepted', () => ({ type: 'done', id: 'm0' })],
    ['a message is discarded', (count) => ({ type: 'done', id: `m${count / 2}` })],
    ['a message fails', () => ({ type: 'retryableFailure', id: 'm0', attempt: 2, code: 503, jitter: 0 })],
    ['the connection is lost', () => ({ type: 'closed' })],
    ['the participant leaves', () => ({ type: 'reachable', reachable: false })],
    ['time passes', () => ({ type: 'time' })],
  ])('B345 the outbox reads no more items where many wait than where few wait, when %s', (_, event) => {
    const reads = (count: number): number =>
      countReads(outboxOf(count), (state) => outboxDeadline(reduceOutbox(state, event(count), 1, settings).state));
    expect(reads(MANY)).toBeLessThan(reads(FEW) + SLACK);
  });
});

describe('receipts', () => {
  const settings = { sendTimeout: 30_000, displayed: 'up-to' } as const;
  const enqueue = (index: number): ReceiptsEvent => {
    return {
      type: 'enqueue',
      id: `m${index}`,
      notification: { messageId: `m${index}`, outcome: 'delivered' },
      durable: true,
    };
  };
  const seen = (index: number): ReceiptsEvent => {
    return {
      type: 'seen',
      attended: false,
      messages: [{ id: `m${index}`, messageId: `m${index}`, order: index, notify: true }],
    };
  };

  function receiptsOf(events: readonly ReceiptsEvent[], initial = initialReceipts): Receipts {
    return events.reduce((state, event) => reduceReceipts(state, event, 0, settings).state, initial);
  }

  const owing = cached((count: number) => receiptsOf([...range(count).map(enqueue), { type: 'open' }]));

  it.each<[name: string, event: (count: number) => ReceiptsEvent]>([
    ['one more receipt is owed', (count) => enqueue(count + 1)],
    ['a receipt is stored', (count) => ({ type: 'durable', ids: new Set([`m${count / 2}`]) })],
    ['a receipt is accepted', () => ({ type: 'taken', key: receiptKey('m0', 'delivered') })],
    [
      'a receipt fails',
      () => ({ type: 'refused', key: receiptKey('m0', 'delivered'), attempt: 1, retryable: true, jitter: 0 }),
    ],
    ['the connection is lost', () => ({ type: 'closed' })],
    ['a message is seen', (count) => seen(count)],
    ['time passes', () => ({ type: 'time' })],
  ])(
    'B345 the receipts machine reads no more receipts where many are owed than where few are owed, when %s',
    (_, event) => {
      const reads = (count: number): number =>
        countReads(owing(count), (state) => receiptsDeadline(reduceReceipts(state, event(count), 1, settings).state));
      expect(reads(MANY - 1)).toBeLessThan(reads(FEW) + SLACK);
    },
  );

  it('B345 marking one more message as displayed reads no more records, however many wait for attention', () => {
    const reads = (count: number): number => {
      const held = receiptsOf([{ type: 'attention', attentive: false }, ...range(count).map(seen)]);
      return countReads(held, (state) => receiptsDeadline(reduceReceipts(state, seen(count), 1, settings).state));
    };
    expect(reads(MANY)).toBeLessThan(reads(FEW) + SLACK);
  });

  it('B347 messages displayed one by one without a connection are reported in as few receipts as can name them', () => {
    let state = initialReceipts;
    for (const index of range(1_000)) {
      state = reduceReceipts(state, seen(index), index * 1_000, settings).state;
      state = reduceReceipts(state, { type: 'time' }, index * 1_000 + DISPLAYED_DELAY, settings).state;
    }
    expect([...pendingReceipts(state)]).toHaveLength(1_000 / MAX_COVERED_MESSAGES);
    const named = [...displayedReceipts(state)]
      .toReversed()
      .flatMap(({ notification }) => notification.messageIds ?? []);
    expect(named).toEqual(range(1_000).map((index) => `m${index}`));
  });
});

describe('the order of messages', () => {
  it('B345 the order of many messages takes few comparisons to add, remove or find one, at any index', () => {
    const reads = (count: number, work: (index: ReturnType<typeof createOrderIndex>) => unknown): number => {
      let compared = 0;
      const index = createOrderIndex((id) => {
        compared += 1;
        return Number(id);
      });
      index.add(range(count).map(String));
      compared = 0;
      work(index);
      return compared;
    };
    const works: ((index: ReturnType<typeof createOrderIndex>) => unknown)[] = [
      (index) => index.add(['1.5']),
      (index) => index.remove(['7']),
      (index) => index.view.indexOf('100'),
      (index) => index.firstFrom(50),
      (index) => index.countAfter(50),
    ];
    for (const work of works) {
      expect(reads(MANY, work)).toBeLessThan(reads(FEW, work) + 20);
    }
  });

  it('B345 a table counts incoming messages after an order without reading them', () => {
    const table = createMessageTable();
    table.apply(new Map(range(MANY).map((index) => [`m${index}`, record(`m${index}`, index)])));
    table.apply(new Map([['m9000', { ...record('m9000', 9_000), retracted: { at: 1 } }]]));
    const get = vi.spyOn(Map.prototype, 'get');
    const count = table.countIncomingAfter(99);
    const gets = get.mock.calls.length;
    get.mockRestore();
    expect(count).toBe(MANY - 101);
    expect(gets).toBeLessThan(100);
  });
});

describe('many messages of one event', () => {
  it('B346 a transaction finds a record by its message id without reading all its changes', () => {
    const transport = createFakeTransport();
    const tx = createTransaction(initialState, {
      remote: 'bo',
      localAddress: 'ana',
      capabilities: transport.capabilities,
      settings: resolveSettings({}, {}, transport.capabilities),
      hasStorage: false,
      hasTabs: false,
      table: createMessageTable(),
      now: 0,
      wall: 0,
      jitter: 0,
    });
    let reads = 0;
    for (const index of range(MANY)) {
      const { messageId, ...rest } = record(`m${index}`, index);
      putRecord(tx, {
        ...rest,
        get messageId() {
          reads += 1;
          return messageId;
        },
      });
    }
    reads = 0;
    expect(recordsWithMessageId(tx, 'm7')).toHaveLength(1);
    expect(reads).toBeLessThan(10);
  });

  it('B346 each of many contents of one message id is compared with only a few others', async () => {
    const comparisons = async (count: number): Promise<number> => {
      const { flow, transport } = await createSendingFlow();
      for (const index of range(count)) transport.push(incoming('same', { body: `body ${index}` }));
      await flushMicrotasks();
      const lowerCase = vi.spyOn(String.prototype, 'toLowerCase');
      transport.push(incoming('same', { body: 'another' }));
      transport.push(incoming('same', { body: `body ${count - 1}` }));
      const { length } = lowerCase.mock.calls;
      lowerCase.mockRestore();
      expect(flow.messages.order.length).toBe(count + 1);
      expect(flow.messages.get(`same~${count + 1}`)).toMatchObject({ body: 'another', conflict: true });
      flow.terminate();
      return length;
    };
    expect(await comparisons(1_000)).toBeLessThanOrEqual(await comparisons(20));
  });
});
