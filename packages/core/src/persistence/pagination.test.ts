import { describe, expect, it } from 'vitest';
import { createSendingFlow } from '../../test/testFlow.ts';
import { recordAt } from '../../test/bench/longConversation.ts';
import type { MessageStorage } from '../ports/storage.ts';
import { createMemoryStorage } from '../storage/index.ts';

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

  it.each([0, 1.5, 1_001, '50'])('B366 loadOlder refuses a limit of %j', async (limit) => {
    const { flow } = await createSendingFlow({ storage: createMemoryStorage() });
    await expect(flow.loadOlder({ limit: limit as number })).rejects.toThrow(/limit is .*1 to 1000/);
  });
});
