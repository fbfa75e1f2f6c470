'use client';

import type { FlowSnapshot, InstantMessagingFlow, MessageOrder } from '@imflow/core';
import { useMemo } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { FlowSource } from './flowSource.ts';
import { useMessageOrder } from './useMessages.ts';
import { useSharedFlow } from './useSharedFlow.ts';

/** The fields of the flow's state that the hook hands out. */
type HandedOut = Pick<
  FlowSnapshot,
  | 'state'
  | 'connection'
  | 'localComposingState'
  | 'remoteComposingState'
  | 'remoteComposers'
  | 'unreadCount'
  | 'outboxCount'
  | 'error'
>;

/** The flow's methods, which stay the same functions for as long as the flow is the same. */
type Actions = Pick<
  InstantMessagingFlow,
  | 'sendMessage'
  | 'setLocalComposingState'
  | 'retryMessage'
  | 'retryAll'
  | 'discardMessage'
  | 'markDisplayed'
  | 'loadOlder'
  | 'sendSuccessDeliveryNotification'
  | 'sendFailureDeliveryNotification'
>;

/** A conversation as the hook hands it out: what it is now, and all that can be done in it. */
export interface InstantMessaging extends HandedOut, Actions {
  readonly flow: InstantMessagingFlow;
  /** The ids of all messages, oldest first; read one with `useMessage(id, flow)`. */
  readonly messages: MessageOrder;
}

/**
 * An instant-messaging conversation with one remote participant.
 *
 * Given options, it starts the flow when the component has mounted. Components that name the same transport and remote
 * share one flow, which ends after the last of them. A flow of your own is yours to start and terminate.
 * It renders again when a field that it returns changes, never for a tick or a text.
 */
export function useInstantMessagingFlow(source: FlowSource): InstantMessaging {
  const flow = useSharedFlow(source);
  const fields = useStore(flow.store, useShallow(handedOut));
  const messages = useMessageOrder(flow);
  const actions = useMemo(() => actionsOf(flow), [flow]);
  return useMemo(() => ({ flow, messages, ...fields, ...actions }), [flow, messages, fields, actions]);
}

function handedOut(snapshot: FlowSnapshot): HandedOut {
  const { state, connection, localComposingState, remoteComposingState, remoteComposers } = snapshot;
  const { unreadCount, outboxCount, error } = snapshot;
  return {
    state,
    connection,
    localComposingState,
    remoteComposingState,
    remoteComposers,
    unreadCount,
    outboxCount,
    error,
  };
}

function actionsOf(flow: InstantMessagingFlow): Actions {
  return {
    sendMessage: (body, options) => flow.sendMessage(body, options),
    setLocalComposingState: (state) => flow.setLocalComposingState(state),
    retryMessage: (id) => flow.retryMessage(id),
    retryAll: () => flow.retryAll(),
    discardMessage: (id) => flow.discardMessage(id),
    markDisplayed: (id) => flow.markDisplayed(id),
    loadOlder: () => flow.loadOlder(),
    sendSuccessDeliveryNotification: (id) => flow.sendSuccessDeliveryNotification(id),
    sendFailureDeliveryNotification: (id, responseCode) => flow.sendFailureDeliveryNotification(id, responseCode),
  };
}
