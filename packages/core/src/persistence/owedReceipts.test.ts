import { createFakeTabs } from '@imflow/testing';
import { describe, expect, it } from 'vitest';
import { createHeldStorage, createSendingFlow, incoming, type TestFlowOptions } from '../../test/testFlow.ts';
import type { MessageStorage, StoredConversation } from '../ports/storage.ts';
import { createMemoryStorage } from '../storage/index.ts';

type Template = TestFlowOptions['template'];

/** The storage of a page that received five messages and was closed before it sent their receipts. */
async function createClosedPage(template: Template = {}) {
  const storage = createMemoryStorage();
  const page = await createSendingFlow({ storage, template, fake: { notificationAnswer: 'manual' } });
  for (let number = 1; number <= 5; number += 1) await page.push(incoming(`m${number}`));
  await page.clock.advance(1_000);
  page.flow.markDisplayed('m2');
  await page.clock.advance(1_000);
  page.flow.terminate();
  return storage;
}

/** Opens the stored conversation in a new page, which loads two messages. */
async function reopen(storage: MessageStorage, options: TestFlowOptions = {}) {
  const { template, ...more } = options;
  const page = await createSendingFlow({ storage, template: { pageSize: 2, ...template }, seed: 2, ...more });
  await page.clock.advance(1_000);
  const receipts = (outcome: string): string[] =>
    page.transport.notifications
      .filter(({ notification }) => notification.outcome === outcome)
      .map(({ notification }) => notification.messageId)
      .toSorted();
  return { ...page, receipts, shown: () => [...page.flow.messages.order] };
}

/** A storage of an application that does not return owed receipts. */
function withoutPendingReceipts(storage: MessageStorage): MessageStorage {
  return {
    ...storage,
    async open(...given): Promise<StoredConversation> {
      const { pendingReceipts: _, ...stored } = await storage.open(...given);
      return stored;
    },
  };
}

describe('receipts that a closed page still owes', () => {
  it('B381 owed receipts are sent at the start, also for messages of a page that is not loaded', async () => {
    const { receipts, shown } = await reopen(await createClosedPage());
    expect(receipts('delivered')).toEqual(['m1', 'm2', 'm3', 'm4', 'm5']);
    expect(shown()).toEqual(['m4', 'm5']);
  });

  it('B381 owed receipts are sent once: neither loading the page nor the next start repeats them', async () => {
    const storage = await createClosedPage();
    const { flow, receipts, clock } = await reopen(storage);
    while (flow.store.getState().history.hasOlder) await flow.loadOlder();
    await clock.advance(1_000);
    expect(receipts('delivered')).toEqual(['m1', 'm2', 'm3', 'm4', 'm5']);
    flow.terminate();
    const next = await reopen(storage);
    expect(next.receipts('delivered')).toEqual([]);
  });

  it('B381 sending an owed receipt keeps an edit that was made in between', async () => {
    const storage = await createClosedPage();
    const { flow, push, transport, clock } = await reopen(storage, { fake: { notificationAnswer: 'manual' } });
    await push({
      type: 'operation',
      operation: {
        kind: 'edit',
        id: 'e',
        target: 'm1',
        sequence: 1,
        sender: 'bo',
        contentType: 'text/plain',
        body: 'edited',
      },
    });
    await clock.advance(1_000);
    for (const { accept } of transport.notifications) accept();
    await clock.advance(1_000);
    flow.terminate();
    expect(await storage.find('["ana","bo"]', ['m1'])).toMatchObject([{ body: 'edited' }]);
  });

  it.each([
    ['an edit', { kind: 'edit', contentType: 'text/plain', body: 'edited' }],
    ['a retraction', { kind: 'retract' }],
  ] as const)('B507 the receipt for %s of a message that is stored and not loaded is sent once', async (_, change) => {
    const storage = await createClosedPage();
    (await reopen(storage)).flow.terminate();
    const { flow, push, receipts, clock } = await reopen(storage);
    await push({ type: 'operation', operation: { id: 'o', target: 'm1', sequence: 1, sender: 'bo', ...change } });
    await clock.advance(1_000);
    expect(receipts('delivered')).toEqual(['o']);
    flow.terminate();
    expect((await reopen(storage)).receipts('delivered')).toEqual([]);
  });

  it('B507 the receipt for a stored message that the network repeats is sent once', async () => {
    const storage = withoutPendingReceipts(await createClosedPage());
    const { flow, push, receipts, clock } = await reopen(storage);
    await push(incoming('m1'));
    await clock.advance(1_000);
    expect(receipts('delivered')).toContain('m1');
    flow.terminate();
    const next = await reopen(storage);
    while (next.flow.store.getState().history.hasOlder) await next.flow.loadOlder();
    expect(next.receipts('delivered')).not.toContain('m1');
  });

  it('B507 a receipt that became due while the storage was read again is sent once', async () => {
    const storage = await createClosedPage();
    (await reopen(storage)).flow.terminate();
    const tabs = createFakeTabs();
    const held = createHeldStorage(storage, 'write');
    const { flow, push, receipts, clock } = await reopen(held.storage, { tabs });
    const operation = { kind: 'retract', id: 'o', target: 'm1', sequence: 1, sender: 'bo' } as const;
    await push({ type: 'operation', operation });
    // The last leader's post arrives late.
    tabs.join('', { elected() {}, demoted() {}, received() {} }).post({ version: 2, kind: 'transaction' });
    await clock.advance(1_000);
    for (let write = 0; write < 3; write += 1) {
      await held.release();
      await clock.advance(1_000);
    }
    expect(receipts('delivered')).toEqual(['o']);
    flow.terminate();
    expect((await reopen(storage)).receipts('delivered')).toEqual([]);
  });

  it('B381 owed receipts include "displayed", also of a page that is not loaded', async () => {
    for (const displayedNotifications of ['each', 'up-to'] as const) {
      const { receipts, transport } = await reopen(await createClosedPage(), {
        fake: { capabilities: { displayedNotifications } },
      });
      expect(receipts('displayed')).toEqual(displayedNotifications === 'each' ? ['m1', 'm2'] : ['m2']);
      const report = transport.notifications.find(({ notification }) => notification.outcome === 'displayed');
      expect(report?.notification.messageIds).toEqual(displayedNotifications === 'each' ? undefined : ['m1', 'm2']);
    }
  });

  it('B381 owed receipts stay unsent where they are switched off, or the sender is no longer trusted', async () => {
    for (const template of [
      { notify: { delivered: false, displayed: false } },
      { trust: () => 'untrusted' },
    ] as const satisfies readonly Template[]) {
      const { receipts } = await reopen(await createClosedPage(), { template });
      expect([receipts('delivered'), receipts('displayed')]).toEqual([[], []]);
    }
  });

  it('B381 owed receipts wait for the report of an application, also on messages of a page that is not loaded', async () => {
    const template = { messageConsumptionMode: 'proxied-to-remote-entity', deliveryReportTimeout: 5_000 } as const;
    const { receipts, shown, flow, clock } = await reopen(await createClosedPage(template), { template });
    expect([receipts('delivered'), receipts('failed')]).toEqual([[], []]);
    flow.sendSuccessDeliveryNotification('m1');
    flow.sendFailureDeliveryNotification('m2', 486);
    await clock.advance(5_000);
    expect([receipts('delivered'), receipts('failed')]).toEqual([['m1'], ['m2', 'm3', 'm4', 'm5']]);
    expect(shown()).toEqual(['m4', 'm5']);
  });

  it('B381 owed receipts are sent with their page where the storage does not name them at the start', async () => {
    const { flow, receipts, clock } = await reopen(withoutPendingReceipts(await createClosedPage()));
    expect(receipts('delivered')).toEqual(['m4', 'm5']);
    await flow.loadOlder();
    await clock.advance(1_000);
    expect(receipts('delivered')).toEqual(['m2', 'm3', 'm4', 'm5']);
  });
});
