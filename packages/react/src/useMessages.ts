'use client';

/** Hooks for the messages of a flow. */

import type { FlowSnapshot, InstantMessagingFlow, MessageOrder, MessageRecord } from '@imflow/core';
import { useMemo } from 'react';
import { useFlow } from './useFlow.ts';
import { useStore } from './useStore.ts';

const NO_MESSAGES: MessageOrder = [];

/**
 * The ids of all messages, oldest first. Re-renders when messages are added, removed or moved; not for a status or a
 * text.
 */
export function useMessageOrder(given?: InstantMessagingFlow): MessageOrder {
  const flow = useFlow(given);
  return useStore(flow.store, (snapshot) => orderOf(flow, snapshot));
}

/** One message. Re-renders only when that message changes. */
export function useMessage(id: string, given?: InstantMessagingFlow): MessageRecord | undefined {
  return useMessageState(id, (record) => record, given);
}

/** Reads a part of one message. Re-renders only when that part changes. */
export function useMessageState<T>(
  id: string,
  selector: (record: MessageRecord | undefined) => T,
  given?: InstantMessagingFlow,
): T {
  const flow = useFlow(given);
  const store = useMemo(() => flow.messages.store(id), [flow, id]);
  return useStore(store, selector);
}

/**
 * The last message; undefined if there is none. Re-renders when that message changes or a different one becomes the
 * last.
 */
export function useLastMessage(given?: InstantMessagingFlow): MessageRecord | undefined {
  const flow = useFlow(given);
  const id = useStore(flow.store, (snapshot) => orderOf(flow, snapshot).at(-1));
  return useMessage(id ?? '', flow);
}

/**
 * The order of the messages of a snapshot. The initial snapshot has none: a server renders it, and a client until it
 * has hydrated.
 */
export function orderOf({ messages }: InstantMessagingFlow, { messageCount }: FlowSnapshot): MessageOrder {
  return messageCount > 0 ? messages.order : NO_MESSAGES;
}
