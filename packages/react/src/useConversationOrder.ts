'use client';

import type { InstantMessagingFlow, MessageOrder } from '@imflow/core';
import { useMemo, useSyncExternalStore } from 'react';
import { shareStructure } from './shareStructure.ts';

/**
 * Returns the flows sorted by their newest message, newest first; flows without messages come last, in the given order.
 * Local times count; the clocks of peers are ignored. Re-renders only when the order changes.
 *
 * @param flows Keep the array the same while its flows are, as `useFlows` does.
 */
export function useConversationOrder(flows: readonly InstantMessagingFlow[]): readonly InstantMessagingFlow[] {
  const sorted = useMemo(() => createSorted(flows), [flows]);
  return useSyncExternalStore(sorted.subscribe, sorted.get, () => flows);
}

interface Sorted {
  readonly subscribe: (listener: () => void) => () => void;
  readonly get: () => readonly InstantMessagingFlow[];
}

function createSorted(flows: readonly InstantMessagingFlow[]): Sorted {
  let orders: readonly MessageOrder[] = [];
  let sorted = flows;
  return {
    subscribe(listener) {
      const stops = flows.map((flow) => flow.store.subscribe(listener));
      return () => {
        for (const stop of stops) stop();
      };
    },
    get() {
      const now = shareStructure(
        orders,
        flows.map(({ messages }) => messages.order),
      );
      // The order changes only when messages are added, removed or moved.
      if (now !== orders) {
        orders = now;
        sorted = shareStructure(
          sorted,
          flows.toSorted((one, other) => newestOf(other) - newestOf(one)),
        );
      }
      return sorted;
    },
  };
}

/** The time of the last message; earlier than any time if there is none. */
function newestOf({ messages }: InstantMessagingFlow): number {
  return messages.get(messages.order.at(-1) ?? '')?.at ?? -1;
}
