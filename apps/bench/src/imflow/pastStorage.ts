import type { MessageRecord, MessageStorage } from '@imflow/core';
import { createMemoryStorage } from '@imflow/core/storage';
import type { BenchMessage } from '../shared/messages.ts';

/** A storage with an existing conversation. It can withhold the pages of older messages until they are released. */
export interface PastStorage {
  readonly storage: MessageStorage;
  /** Withholds all messages that are older than this order. */
  holdBefore(order: number): void;
  release(): void;
}

const PAGE = 1_000;

export async function createPastStorage(
  messages: readonly BenchMessage[],
  into: MessageStorage = createMemoryStorage(),
): Promise<PastStorage> {
  const key = JSON.stringify(['ana', 'bo']);
  for (let start = 0; start < messages.length; start += PAGE) {
    const page = messages.slice(start, start + PAGE);
    await into.write(key, { put: page.map((message, index) => recordOf(message, start + index + 1)), remove: [] });
  }
  await into.write(key, { put: [], remove: [], meta: { displayedOrder: messages.length } });
  let held = 0;
  const waiting: (() => void)[] = [];
  return {
    storage: {
      ...into,
      async loadBefore(conversation, before, limit) {
        if (before.order <= held) await new Promise<void>((resolve) => waiting.push(resolve));
        return into.loadBefore(conversation, before, limit);
      },
    },
    holdBefore(order) {
      held = order;
    },
    release() {
      held = 0;
      for (const resolve of waiting.splice(0)) resolve();
    },
  };
}

/** A message as the engine stores it. Own messages are `sent`. */
function recordOf({ id, own, body, at, status }: BenchMessage, order: number): MessageRecord {
  return {
    id,
    messageId: id,
    direction: own ? 'outgoing' : 'incoming',
    sender: own ? 'ana' : 'bo',
    contentType: 'text/plain',
    body,
    order,
    at,
    status,
    attempts: own ? 1 : 0,
    timestamps: { [status]: at },
    deliveryFailures: [],
    isContentTypeSupported: true,
    ...(own ? {} : { receipt: 'sent' }),
  };
}
