import { createFakeTransport, createSeededRandom, createVirtualClock, flushMicrotasks } from '@imflow/testing';
import { expect, it } from 'vitest';
import { createHeldStorage, incoming } from '../../test/sendingFlow.ts';
import type { TabListener } from '../ports/tabs.ts';
import { createMemoryStorage } from '../storage/index.ts';
import { createInstantMessagingFlow } from './createInstantMessagingFlow.ts';

it('B95 B117 a tab that comes while the storage lags behind is told all messages, not only the last page', async () => {
  const { storage, letGo } = createHeldStorage(createMemoryStorage(), 'write');
  const transport = createFakeTransport();
  const told: { readonly kind?: string; readonly records?: readonly unknown[] }[] = [];
  let tab: TabListener | undefined;
  const flow = createInstantMessagingFlow({
    transport,
    remote: 'bo',
    clock: createVirtualClock(),
    random: createSeededRandom(1),
    template: { pageSize: 2 },
    storage,
    tabs: {
      join: (_conversation, listener) => {
        tab = listener;
        queueMicrotask(() => listener.elected());
        return { post: (post) => told.push(post as (typeof told)[number]), leave: () => {} };
      },
    },
  });
  flow.start();
  await flushMicrotasks();
  for (const id of ['m1', 'm2', 'm3', 'm4']) transport.push(incoming(id));
  await flushMicrotasks();
  const answer = (): number | undefined => {
    tab?.received({ version: 1, kind: 'hello' });
    return told.at(-1)?.records?.length;
  };
  expect(answer()).toBe(4);
  for (let write = 0; write < 4; write += 1) await letGo();
  expect(answer()).toBe(2);
  flow.terminate();
});
