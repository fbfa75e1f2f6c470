import { describe, expect, it } from 'vitest';
import { createSendingFlow, incoming } from '../../test/sendingFlow.ts';
import { createMemoryStorage } from '../storage/index.ts';

/** What a page has stored that received five messages and was closed before their sender heard of it. */
async function createClosedPage() {
  const storage = createMemoryStorage();
  const page = await createSendingFlow({ storage, fake: { notificationAnswer: 'manual' } });
  for (let number = 1; number <= 5; number += 1) await page.push(incoming(`m${number}`));
  page.flow.terminate();
  return storage;
}

describe('receipts that a closed page still owes', () => {
  it('B381 go out for the newest page at the start, and for an older one when it is loaded', async () => {
    const storage = await createClosedPage();
    const { flow, transport, clock } = await createSendingFlow({ storage, template: { pageSize: 2 }, seed: 2 });
    const told = (): string[] => transport.notifications.map(({ notification }) => notification.messageId);
    await clock.advance(1_000);
    expect(told()).toEqual(['m4', 'm5']);
    await flow.loadOlder();
    await clock.advance(1_000);
    expect(told()).toEqual(['m4', 'm5', 'm2', 'm3']);
    await flow.loadOlder();
    await clock.advance(1_000);
    expect(told().toSorted()).toEqual(['m1', 'm2', 'm3', 'm4', 'm5']);
  });
});
