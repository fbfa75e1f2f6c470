import type { InstantMessagingFlow } from '@imflow/react';

/** The first received message that was not displayed yet. Costs as much as there are unread ones. */
export function firstUnread({ messages, store }: InstantMessagingFlow): string | undefined {
  const { order } = messages;
  let left = store.getState().unreadCount;
  let first: string | undefined;
  for (let index = order.length - 1; index >= 0 && left > 0; index -= 1) {
    const record = messages.get(order[index] as string);
    if (record?.direction !== 'incoming') continue;
    first = record.id;
    left -= 1;
  }
  return first;
}
