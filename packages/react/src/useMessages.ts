'use client';

import type { InstantMessagingFlow, MessageOrder, MessageRecord } from '@imflow/core';
import { useMemo, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import { useFlow } from './useFlow.ts';

// What a server renders, and a client until it has hydrated: neither has read any message yet.
const NO_MESSAGES: MessageOrder = [];

/** The ids of all messages, oldest first. Renders again when messages come, go or move; never for a tick or a text. */
export function useMessageOrder(given?: InstantMessagingFlow): MessageOrder {
  const flow = useFlow(given);
  return useSyncExternalStore(
    flow.store.subscribe,
    () => flow.messages.order,
    () => NO_MESSAGES,
  );
}

/** One message. Renders again when that message changes, and for no other. */
export function useMessage(id: string, given?: InstantMessagingFlow): MessageRecord | undefined {
  return useMessageState(id, (record) => record, given);
}

/** Reads a part of one message, and renders again only when that part is another. */
export function useMessageState<T>(
  id: string,
  selector: (record: MessageRecord | undefined) => T,
  given?: InstantMessagingFlow,
): T {
  const flow = useFlow(given);
  const store = useMemo(() => flow.messages.store(id), [flow, id]);
  return useStore(store, selector);
}

/** The last message, if there is any. Renders again when another one is the last, or that one changes. */
export function useLastMessage(given?: InstantMessagingFlow): MessageRecord | undefined {
  const flow = useFlow(given);
  const id = useSyncExternalStore(
    flow.store.subscribe,
    () => flow.messages.order.at(-1),
    () => undefined,
  );
  return useMessage(id ?? '', flow);
}
