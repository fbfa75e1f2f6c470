import { flushMicrotasks } from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { createSendingFlow, incoming, incomingMessage, type TestFlow } from '../../test/testFlow.ts';
import { DISPLAYED_DELAY } from './machine.ts';
import type { MessageStorage } from '../ports/storage.ts';
import { type ChannelEvent, TransportFailure } from '../ports/transport.ts';
import { createMemoryStorage } from '../storage/index.ts';

const away: ChannelEvent = { type: 'participant', address: 'bo', change: 'unavailable' };

describe('a displayed receipt that was owed at the end', () => {
  const both = ['m1', 'm2'];

  /** Opens a flow with this storage, and returns the displayed receipts that it sends. */
  async function reports(storage: MessageStorage, template = {}): Promise<unknown[]> {
    const { flow, transport } = await createSendingFlow({ storage, template });
    await flushMicrotasks();
    const sent = transport.notifications.map(({ notification }) => notification);
    flow.terminate();
    await flushMicrotasks();
    return sent.filter(({ outcome }) => outcome === 'displayed');
  }

  /** Marks both messages as displayed, and waits until their receipt is due. */
  async function displayed(test: TestFlow): Promise<void> {
    test.flow.markDisplayed('m2');
    await test.clock.advance(DISPLAYED_DELAY);
    await flushMicrotasks();
  }

  it.each([
    ['there was no connection', async ({ transport }: TestFlow) => transport.setStatus({ state: 'offline' })],
    ['the participant was away', ({ push }: TestFlow) => push(away)],
    ['the transport did not respond', async () => undefined],
  ])('B98 B118 an owed displayed receipt is sent once when the flow opens again, where %s', async (_, spoil) => {
    const storage = createMemoryStorage();
    const test = await createSendingFlow({ storage, fake: { notificationAnswer: 'manual' } });
    for (const id of both) await test.push(incoming(id));
    await spoil(test);
    await displayed(test);
    test.flow.terminate();
    await flushMicrotasks();
    expect(await reports(storage)).toEqual([{ messageId: 'm2', outcome: 'displayed', upTo: true, messageIds: both }]);
    expect(await reports(storage)).toEqual([]);
  });

  it.each([
    ['was accepted by the transport', {}],
    ['was switched off', { notify: { displayed: false } }],
  ])('B96 B98 a displayed receipt is not repeated by the next flow if it %s', async (_, template) => {
    const storage = createMemoryStorage();
    const test = await createSendingFlow({ storage, template });
    for (const id of both) await test.push(incoming(id));
    await displayed(test);
    await test.push(incoming('m3'));
    test.flow.terminate();
    await flushMicrotasks();
    expect(await reports(storage)).toEqual([]);
  });

  it('B96 an owed displayed receipt is not sent if it was switched off since, nor later', async () => {
    const storage = createMemoryStorage();
    const test = await createSendingFlow({ storage });
    for (const id of both) await test.push(incoming(id));
    test.transport.setStatus({ state: 'offline' });
    await displayed(test);
    test.flow.terminate();
    await flushMicrotasks();
    expect(await reports(storage, { notify: { displayed: false } })).toEqual([]);
    expect(await reports(storage)).toEqual([]);
  });

  it('B94 B96 no displayed receipt is sent for messages that were read in an archive', async () => {
    const storage = createMemoryStorage();
    const test = await createSendingFlow({ storage, fake: { capabilities: { history: true } } });
    const loaded = test.flow.loadOlder();
    test.transport.historyRequests[0]?.accept({ messages: [incomingMessage('m0')], end: true });
    await loaded;
    test.flow.terminate();
    await flushMicrotasks();
    expect(await reports(storage)).toEqual([]);
  });

  it('B96 no displayed receipt is sent for displayed messages of a storage without a record of receipts', async () => {
    const storage = createMemoryStorage();
    const test = await createSendingFlow({ storage });
    for (const id of both) await test.push(incoming(id));
    test.flow.terminate();
    await flushMicrotasks();
    const { order = 0 } = test.flow.messages.get('m2') ?? {};
    await storage.write('["ana","bo"]', { put: [], remove: [], meta: { displayedOrder: order } });
    expect(await reports(storage)).toEqual([]);
  });

  it('B98 a receipt that the network refused finally is not stored', async () => {
    const storage = createMemoryStorage();
    const test = await createSendingFlow({ storage, fake: { notificationAnswer: 'manual' } });
    for (const id of both) await test.push(incoming(id));
    await displayed(test);
    const report = test.transport.notifications.find(({ notification: { outcome } }) => outcome === 'displayed');
    report?.fail(new TransportFailure(403, 'Not wanted.', { retryable: false }));
    await flushMicrotasks();
    test.flow.terminate();
    await flushMicrotasks();
    expect(await reports(storage)).toEqual([]);
  });
});
