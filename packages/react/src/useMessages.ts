'use client';

/** Hooks for the messages of a flow. */

import type { FlowSnapshot, InstantMessagingFlow, MessageOrder, MessageRecord } from '@imflow/core';
import { useMemo } from 'react';
import { useFlow } from './useFlow.ts';
import { useStore } from './useStore.ts';

const NO_MESSAGES: MessageOrder = [];

/** The ids of all messages, oldest first. Renders again when messages come, go or move; never for a tick or a text. */
export function useMessageOrder(given?: InstantMessagingFlow): MessageOrder {
  const flow = useFlow(given);
  return useStore(flow.store, (snapshot) => orderOf(flow, snapshot));
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
  const id = useStore(flow.store, (snapshot) => orderOf(flow, snapshot).at(-1));
  return useMessage(id ?? '', flow);
}

/**
 * The order of the messages that a snapshot counts. The first one counts none: it is what a server renders, and a
 * client until it has hydrated, whatever has been read since.
 */
export function orderOf({ messages }: InstantMessagingFlow, { messageCount }: FlowSnapshot): MessageOrder {
  return messageCount > 0 ? messages.order : NO_MESSAGES;
}
