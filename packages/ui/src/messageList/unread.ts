import type { InstantMessagingFlow } from '@imflow/react';

/** The first received message that was not displayed yet. Costs as much as there are unread ones. */
export function firstUnread({ messages }: InstantMessagingFlow): string | undefined {
  const { order } = messages;
  let first: string | undefined;
  for (let index = order.length - 1; index >= 0; index -= 1) {
    const record = messages.get(order[index] as string);
    if (record?.direction !== 'incoming') continue;
    if (record.status === 'displayed') break;
    first = record.id;
  }
  return first;
}
