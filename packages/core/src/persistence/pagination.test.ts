import { describe, expect, it } from 'vitest';
import { createSendingFlow } from '../../test/sendingFlow.ts';
import { recordAt } from '../../test/bench/longConversation.ts';
import { createMemoryStorage } from '../storage/index.ts';

describe('older pages', () => {
  it('B366 are as large as the caller asks for, else as the template says', async () => {
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

  it.each([0, 1.5, 1_001, '50'])('B366 are not asked for with a limit of %j', async (limit) => {
    const { flow } = await createSendingFlow({ storage: createMemoryStorage() });
    await expect(flow.loadOlder({ limit: limit as number })).rejects.toThrow(/limit is .*1 to 1000/);
  });
});
