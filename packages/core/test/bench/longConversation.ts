import { createFakeTransport, flushMicrotasks } from '@imflow/testing';
import type { FakeTransport } from '@imflow/testing';
import { createInstantMessagingFlow } from '../../src/engine/createInstantMessagingFlow.ts';
import type { InstantMessagingFlow } from '../../src/engine/publicTypes.ts';
import type { MessageRecord } from '../../src/messages/messageRecord.ts';
import type { MessageStorage } from '../../src/ports/storage.ts';

const PAGE = 1_000;
const BODY = 'See you at the station then, quarter past seven, under the clock.';

/** A flow that has loaded a conversation of this many messages, every other one its own, and holds them all. */
export async function openLongConversation(
  count: number,
): Promise<{ readonly flow: InstantMessagingFlow; readonly transport: FakeTransport }> {
  const transport = createFakeTransport();
  const flow = createInstantMessagingFlow({
    transport,
    remote: 'bo',
    storage: storageOf(count),
    template: { pageSize: PAGE },
  });
  flow.start();
  await flushMicrotasks();
  while (flow.messages.order.length < count) await flow.loadOlder();
  return { flow, transport };
}

/** A storage that generates its records when they are read, and drops what is written. */
function storageOf(count: number): MessageStorage {
  const before = (order: number, limit: number): { records: MessageRecord[]; hasOlder: boolean } => {
    const end = Math.min(order, count + 1);
    const start = Math.max(1, end - limit);
    return { records: Array.from({ length: end - start }, (_, index) => recordAt(start + index)), hasOlder: start > 1 };
  };
  return {
    open: async (_, limit) => ({ ...before(Infinity, limit), outbox: [], meta: { displayedOrder: count } }),
    loadBefore: async (_, { order }, limit) => before(order, limit),
    find: async () => [],
    write: async () => {},
  };
}

/** A message of the conversation. Each has a different text, as in a real conversation. */
export function recordAt(order: number): MessageRecord {
  const own = order % 2 === 0;
  const at = 1_700_000_000_000 + order * 60_000;
  return {
    id: idAt(order),
    messageId: idAt(order),
    direction: own ? 'outgoing' : 'incoming',
    sender: own ? 'ana' : 'bo',
    contentType: 'text/plain',
    body: `${order} ${BODY}`,
    order,
    at,
    status: own ? 'sent' : 'displayed',
    attempts: own ? 1 : 0,
    timestamps: { [own ? 'sent' : 'displayed']: at },
    deliveryFailures: [],
    isContentTypeSupported: true,
    ...(own ? {} : { receipt: 'sent' }),
  };
}

/** The id of a message, as long as those of the engine. */
export function idAt(order: number): string {
  return order.toString(16).padStart(32, '0');
}
