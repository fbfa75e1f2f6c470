import type { InstantMessagingFlow } from '@imflow/react';

/** Returns the first received message that was not displayed yet. The cost is proportional to the messages after it. */
export function firstUnread({ messages, store }: InstantMessagingFlow): string | undefined {
  const { order } = messages;
  let remaining = store.getState().unreadCount;
  let first: string | undefined;
  for (let index = order.length - 1; index >= 0 && remaining > 0; index -= 1) {
    const record = messages.get(order.at(index) ?? '');
    if (record?.direction !== 'incoming') continue;
    first = record.id;
    remaining -= 1;
  }
  return first;
}
