'use client';

/** The hook for a whole conversation: its state and its calls. */

import type { FlowSnapshot, InstantMessagingFlow, MessageOrder } from '@imflow/core';
import { useMemo } from 'react';
import type { FlowSource } from './flowRegistry.ts';
import { orderOf } from './useMessages.ts';
import { useSharedFlow } from './useSharedFlow.ts';
import { useStore } from './useStore.ts';

/** The fields of the flow's state that the hook returns. */
const FIELDS = [
  'state',
  'connection',
  'localComposingState',
  'remoteComposingState',
  'remoteComposers',
  'unreadCount',
  'markedUnread',
  'outboxCount',
  'error',
] as const;

/** The flow's methods, which stay the same functions for as long as the flow is the same. */
const ACTIONS = [
  'sendMessage',
  'sendFile',
  'editMessage',
  'retractMessage',
  'react',
  'setLocalComposingState',
  'retryMessage',
  'retryAll',
  'discardMessage',
  'markDisplayed',
  'markUnread',
  'loadOlder',
  'sendSuccessDeliveryNotification',
  'sendFailureDeliveryNotification',
] as const;

type SnapshotFields = Pick<FlowSnapshot, (typeof FIELDS)[number]>;
type Actions = Pick<InstantMessagingFlow, (typeof ACTIONS)[number]>;

/** A conversation as the hook returns it: its state and its actions. */
export interface InstantMessaging extends SnapshotFields, Actions {
  readonly flow: InstantMessagingFlow;
  /** The ids of all messages, oldest first; read one with `useMessage(id, flow)`. */
  readonly messages: MessageOrder;
}

/**
 * An instant-messaging conversation with one remote participant.
 *
 * Given options, it starts the flow when the component has mounted. Components that name the same transport and remote
 * share one flow, which ends after the last of them. The application starts and terminates its own flow. It re-renders
 * when a field that it returns changes, never for a tick or a text.
 */
export function useInstantMessagingFlow(source: FlowSource): InstantMessaging {
  const flow = useSharedFlow(source);
  const view = useMemo(() => createView(flow), [flow]);
  return useStore(flow.store, view);
}

/** Builds the returned object, which stays the same until one of its fields changes. */
function createView(flow: InstantMessagingFlow): (snapshot: FlowSnapshot) => InstantMessaging {
  const actions = pick(ACTIONS, (name) => (flow[name] as () => unknown).bind(flow)) as Actions;
  let view: InstantMessaging | undefined;
  return (snapshot) => {
    const messages = orderOf(flow, snapshot);
    if (view?.messages !== messages || FIELDS.some((field) => view?.[field] !== snapshot[field])) {
      view = { flow, messages, ...(pick(FIELDS, (field) => snapshot[field]) as SnapshotFields), ...actions };
    }
    return view;
  };
}

function pick<K extends string>(names: readonly K[], read: (name: K) => unknown): Record<K, unknown> {
  return Object.fromEntries(names.map((name) => [name, read(name)])) as Record<K, unknown>;
}
