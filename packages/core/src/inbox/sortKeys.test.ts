import { createVirtualClock, flushMicrotasks } from '@imflow/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodies, createSendingFlow, incoming, incomingMessage, type TestFlow } from '../../test/testFlow.ts';
import type { InstantMessagingFlow } from '../engine/publicTypes.ts';
import type { MessageStorage } from '../ports/storage.ts';
import type { ChannelEvent, IncomingMessage } from '../ports/transport.ts';
import { createMemoryStorage } from '../storage/index.ts';

function history(messages: readonly IncomingMessage[]): ChannelEvent {
  return { type: 'history', messages };
}

/** A message that its sender sent after those of lower numbers. */
function numbered(id: string, sequence: number): ChannelEvent {
  return incoming(id, { frameSequence: { session: 's', sequence } });
}

function orders(flow: InstantMessagingFlow): number[] {
  return Array.from(flow.messages.order, (id) => flow.messages.get(id)?.order ?? NaN);
}

/** The messages of a new run of the flow, once it has read all older pages. */
async function reloaded(storage: MessageStorage, pageSize: number): Promise<TestFlow> {
  const test = await createSendingFlow({ storage, template: { pageSize }, seed: 2 });
  for (let page = 0; test.flow.store.getState().history.hasOlder && page < 2_000; page += 1)
    await test.flow.loadOlder();
  return test;
}

async function expectSameAfterReload({ flow }: TestFlow, storage: MessageStorage, pageSize = 7): Promise<void> {
  await flushMicrotasks();
  const [shown, keys, { unreadCount }] = [bodies(flow), orders(flow), flow.store.getState()];
  flow.terminate();
  await flushMicrotasks();
  const again = await reloaded(storage, pageSize);
  expect(bodies(again.flow)).toEqual(shown);
  expect(orders(again.flow)).toEqual(keys);
  expect(again.flow.store.getState().unreadCount).toBe(unreadCount);
  again.flow.terminate();
}

describe('the order of messages that arrive between others', () => {
  it('B162 the order is the same after a reload, though each of 300 messages overtakes the one before it', async () => {
    const storage = createMemoryStorage();
    const test = await createSendingFlow({ storage });
    for (let index = 0; index < 300; index += 1) await test.push(numbered(`m${index}`, 300 - index));
    expect(test.flow.messages.order.length).toBe(300);
    expect(new Set(orders(test.flow)).size).toBe(300);
    // The last 32 are sorted in the order in which their sender sent them.
    expect(bodies(test.flow).slice(-1)).toEqual(['m0']);
    await expectSameAfterReload(test, storage);
  });

  it.each([
    [32, 0],
    [33, 1],
    [40, 8],
  ])(
    'B275 a message that %i later ones of its sender have overtaken goes behind %i of them, also beside own messages that wait',
    async (later, place) => {
      const { flow, push } = await createSendingFlow();
      for (let index = 0; index < later; index += 1) await push(numbered(`m${index + 2}`, index + 2));
      for (let index = 0; index < 50; index += 1) flow.sendMessage(`waits ${index}`);
      await push(numbered('m1', 1));
      const received = bodies(flow).slice(0, later + 1);
      expect(received.indexOf('m1')).toBe(place);
      expect(bodies(flow).slice(later + 1)).toEqual(Array.from({ length: 50 }, (_, index) => `waits ${index}`));
    },
  );

  it.each(['before', 'behind'] as const)(
    'B162 the order is the same after a reload, though history inserts 500 messages directly %s the same one',
    async (side) => {
      const storage = createMemoryStorage();
      const test = await createSendingFlow({ storage });
      await test.push(history([incomingMessage('first'), incomingMessage('last')]));
      for (let index = 0; index < 500; index += 1) {
        const between = incomingMessage(`m${index}`);
        await test.push(
          history(side === 'before' ? [between, incomingMessage('last')] : [incomingMessage('first'), between]),
        );
      }
      const middle = Array.from({ length: 500 }, (_, index) => `m${index}`);
      const expected = ['first', ...(side === 'before' ? middle : middle.toReversed()), 'last'];
      expect(bodies(test.flow)).toEqual(expected);
      expect(new Set(orders(test.flow)).size).toBe(502);
      await expectSameAfterReload(test, storage, 100);
    },
  );

  it('B162 the order holds for large numbers, as after a storage that could not be read', async () => {
    const storage = createMemoryStorage();
    let refuses = true;
    const flaky: MessageStorage = {
      ...storage,
      open: async (...given) => {
        if (refuses) throw new Error('not now');
        return storage.open(...given);
      },
    };
    const clock = createVirtualClock({ now: 1_800_000_000_000 });
    const test = await createSendingFlow({ storage: flaky, clock });
    await test.push(history([incomingMessage('first'), incomingMessage('last')]));
    for (let index = 0; index < 300; index += 1)
      await test.push(history([incomingMessage(`m${index}`), incomingMessage('last')]));
    expect(new Set(orders(test.flow)).size).toBe(302);
    refuses = false;
    await clock.advance(10_000);
    await expectSameAfterReload(test, storage);
  });

  it('B162 read and unread messages stay so when messages move to make room', async () => {
    const storage = createMemoryStorage();
    const test = await createSendingFlow({ storage });
    const { flow, push, clock } = test;
    const own = flow.sendMessage('mine');
    test.transport.messages[0]?.accept();
    await push(history([incomingMessage('first'), incomingMessage('read'), incomingMessage('unread')]));
    flow.markDisplayed('read');
    await clock.advance(1_000);
    await push({ type: 'notification', sender: 'bo', messageId: own.id, outcome: 'displayed', upTo: true });
    expect(flow.store.getState().unreadCount).toBe(1);
    const before = flow.messages.get('unread')?.order ?? NaN;
    for (let index = 0; index < 200; index += 1)
      await push(history([incomingMessage(`m${index}`), incomingMessage('read')]));
    expect(flow.messages.get('unread')?.order).toBeGreaterThan(before);
    expect(flow.store.getState().unreadCount).toBe(1);
    expect(flow.messages.get(own.id)?.status).toBe('displayed');
    await expectSameAfterReload(test, storage);
  });

  it('B162 a displayed message is reported even if it moved before the report was due', async () => {
    const { flow, push, clock } = await createSendingFlow();
    await push(history([incomingMessage('first'), incomingMessage('seen')]));
    flow.markDisplayed('seen');
    for (let index = 0; index < 200; index += 1)
      await push(history([incomingMessage(`m${index}`), incomingMessage('seen')]));
    await clock.advance(1_000);
    expect(flow.store.getState().unreadCount).toBe(0);
  });

  it('B162 messages that precede the first loaded one are sorted after the stored ones that are not loaded', async () => {
    const storage = createMemoryStorage();
    const first = await createSendingFlow({ storage });
    for (let index = 0; index < 20; index += 1) await first.push(incoming(`m${index}`));
    first.flow.terminate();
    await flushMicrotasks();
    const test = await createSendingFlow({ storage, template: { pageSize: 5 } });
    for (const id of ['a', 'b', 'c']) await test.push(history([incomingMessage(id), incomingMessage('m15')]));
    while (test.flow.store.getState().history.hasOlder) await test.flow.loadOlder();
    const ids = Array.from({ length: 20 }, (_, index) => `m${index}`);
    expect(bodies(test.flow)).toEqual([...ids.slice(0, 15), 'a', 'b', 'c', ...ids.slice(15)]);
    await expectSameAfterReload(test, storage, 3);
  });

  it('B162 the order is the same after a reload, for any sequence of arrivals', async () => {
    type Step = { readonly kind: 'live' | 'history' | 'own'; readonly a: number; readonly b: number };
    const step: fc.Arbitrary<Step> = fc.record({
      kind: fc.constantFrom('live', 'live', 'history', 'history', 'own'),
      a: fc.nat(40),
      b: fc.nat(3),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 20, maxLength: 120 }),
        fc.integer({ min: 1, max: 9 }),
        async (steps, size) => {
          const storage = createMemoryStorage();
          const test = await createSendingFlow({ storage, fake: { autoAnswer: { outcome: 'accepted' } } });
          for (const [index, { kind, a, b }] of steps.entries()) {
            const id = `m${index}`;
            const known = Array.from(test.flow.messages.order)[a];
            if (kind === 'live') await test.push(numbered(id, a));
            else if (kind === 'own') test.flow.sendMessage(id);
            else if (known === undefined) await test.push(history([incomingMessage(id)]));
            else {
              const record = test.flow.messages.get(known)!;
              const anchor = incomingMessage(record.messageId, { sender: record.sender, body: record.body });
              const more = Array.from({ length: b + 1 }, (_, extra) => incomingMessage(`${id}-${extra}`));
              await test.push(history(a % 2 === 0 ? [...more, anchor] : [anchor, ...more]));
            }
            await flushMicrotasks();
          }
          await expectSameAfterReload(test, storage, size);
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('older pages', () => {
  it('B163 pages of the server continue by archive position, whatever the order of the list', async () => {
    const test = await createSendingFlow({ fake: { capabilities: { history: true } }, template: { pageSize: 3 } });
    const archive = Array.from({ length: 12 }, (_, index) => `m${index}`);
    const archived = (id: string): IncomingMessage => incomingMessage(id, { position: `at ${id}` });
    // The newest six arrived in reverse order of sending: the archive's newest message comes first in the list.
    for (const [index, id] of archive.slice(6).entries()) {
      await test.push({
        type: 'message',
        message: { ...archived(id), frameSequence: { session: 's', sequence: 9 - index } },
      });
    }
    expect(bodies(test.flow)).toEqual(archive.slice(6).toReversed());
    for (let page = 0; page < 6; page += 1) {
      const loading = test.flow.loadOlder();
      const { request, accept } = test.transport.historyRequests[page] ?? {};
      if (request === undefined) break;
      const end = archive.findIndex((id) => `at ${id}` === request.before);
      const start = Math.max(0, end - 3);
      accept?.({ messages: archive.slice(start, end).map(archived), end: start === 0 });
      await loading;
    }
    expect(test.flow.store.getState().history.hasOlder).toBe(false);
    expect(new Set(bodies(test.flow))).toEqual(new Set(archive));
  });

  it('B163 pages of the storage are read past one without valid records', async () => {
    const storage = createMemoryStorage();
    const first = await createSendingFlow({ storage });
    for (let index = 0; index < 6; index += 1) await first.push(incoming(`m${index}`));
    first.flow.terminate();
    await flushMicrotasks();
    const damaged: MessageStorage = {
      ...storage,
      async loadBefore(...given) {
        const page = await storage.loadBefore(...given);
        return page.oldest?.id === 'm2' ? { ...page, records: page.records.map(() => 'damaged') } : page;
      },
    };
    const { flow, diagnostics } = await createSendingFlow({ storage: damaged, template: { pageSize: 2 } });
    while (flow.store.getState().history.hasOlder) await flow.loadOlder();
    expect(bodies(flow)).toEqual(['m0', 'm1', 'm4', 'm5']);
    expect(diagnostics).toEqual(['stored-record-corrupt', 'stored-record-corrupt']);
  });

  it('B163 the older pages end where the storage returns the same page again', async () => {
    const storage = createMemoryStorage();
    const first = await createSendingFlow({ storage });
    for (let index = 0; index < 6; index += 1) await first.push(incoming(`m${index}`));
    first.flow.terminate();
    await flushMicrotasks();
    const stuck: MessageStorage = {
      ...storage,
      loadBefore: (conversation, _, limit) => storage.open(conversation, limit),
    };
    const { flow, diagnostics } = await createSendingFlow({ storage: stuck, template: { pageSize: 2 } });
    expect(await flow.loadOlder()).toBe(0);
    expect(flow.store.getState().history.hasOlder).toBe(false);
    expect(diagnostics).toEqual(['stored-page-repeated']);
  });
});
