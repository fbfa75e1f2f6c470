/** Batches changes of the message order to one a frame. */

import type { InstantMessagingFlow, MessageOrder } from '@imflow/react';

export interface FrameBatchedOrder {
  readonly get: () => MessageOrder;
  readonly subscribe: (listener: () => void) => () => void;
}

/** Calls back in the next animation frame. Returns a function that cancels. */
export type RequestFrame = (callback: () => void) => () => void;

/**
 * The order of messages, at most as often as it can be painted. After a reconnect, a thousand messages arrive one by
 * one: the first is shown at once, the others with the next frame, which a hidden page does not have. Every other
 * change of the order is shown at once.
 */
export function createFrameBatchedOrder(flow: InstantMessagingFlow, requestFrame: RequestFrame): FrameBatchedOrder {
  const listeners = new Set<() => void>();
  let shown = flow.messages.order;
  let cancelFrame: (() => void) | undefined;
  let unsubscribe: (() => void) | undefined;

  function onChange(): void {
    const { order } = flow.messages;
    if (order === shown || (cancelFrame && isAppendedIncoming(flow, shown, order))) return;
    shown = order;
    cancelFrame?.();
    cancelFrame = requestFrame(() => {
      cancelFrame = undefined;
      onChange();
    });
    for (const listener of listeners) listener();
  }

  return {
    // Nothing is batched without a listener.
    get: () => (unsubscribe ? shown : (shown = flow.messages.order)),
    subscribe(listener) {
      listeners.add(listener);
      if (!unsubscribe) {
        shown = flow.messages.order;
        unsubscribe = flow.store.subscribe(onChange);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        unsubscribe?.();
        unsubscribe = undefined;
        cancelFrame?.();
        cancelFrame = undefined;
      };
    },
  };
}

/** Whether messages of the participant were appended, and nothing else changed. */
function isAppendedIncoming(flow: InstantMessagingFlow, before: MessageOrder, now: MessageOrder): boolean {
  const last = before.length - 1;
  if (last < 0 || now.length <= before.length || before.at(0) !== now.at(0) || before.at(last) !== now.at(last))
    return false;
  return flow.messages.get(now.at(-1) ?? '')?.direction === 'incoming';
}
