import type { InstantMessagingFlow, MessageOrder } from '@imflow/react';

export interface GatheredOrder {
  readonly get: () => MessageOrder;
  readonly subscribe: (listener: () => void) => () => void;
}

/**
 * The order of messages, as often as it can be painted. After a reconnect a thousand messages come one by one; the
 * first is shown at once, the others with the next frame, which a hidden page does not have. Whatever else changes the
 * order is shown at once.
 */
export function createGatheredOrder(flow: InstantMessagingFlow): GatheredOrder {
  const listeners = new Set<() => void>();
  let shown = flow.messages.order;
  let frame: number | undefined;
  let stop: (() => void) | undefined;

  function changed(): void {
    const { order } = flow.messages;
    if (order === shown || (frame !== undefined && isNews(flow, shown, order))) return;
    show();
  }

  function show(): void {
    shown = flow.messages.order;
    settle();
    frame = requestAnimationFrame(() => {
      frame = undefined;
      changed();
    });
    for (const listener of listeners) listener();
  }

  function settle(): void {
    if (frame !== undefined) cancelAnimationFrame(frame);
    frame = undefined;
  }

  return {
    // Nothing is gathered while nobody listens.
    get: () => (stop ? shown : (shown = flow.messages.order)),
    subscribe(listener) {
      listeners.add(listener);
      if (!stop) {
        shown = flow.messages.order;
        stop = flow.store.subscribe(changed);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stop?.();
        stop = undefined;
        settle();
      };
    },
  };
}

/** Whether messages of the participant came at the end, and nothing else. */
function isNews(flow: InstantMessagingFlow, before: MessageOrder, now: MessageOrder): boolean {
  const last = before.length - 1;
  if (last < 0 || now.length <= before.length || before.at(0) !== now.at(0) || before.at(last) !== now.at(last))
    return false;
  return flow.messages.get(now.at(-1) ?? '')?.direction === 'incoming';
}
