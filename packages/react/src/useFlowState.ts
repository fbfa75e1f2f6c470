'use client';

import type { FlowSnapshot, InstantMessagingFlow } from '@imflow/core';
import { useFlow } from './useFlow.ts';
import { useStore } from './useStore.ts';

/**
 * Reads a part of the flow's state. Re-renders only when that part changes. The selector returns a value of the
 * snapshot, or a primitive derived from it.
 */
export function useFlowState<T>(selector: (snapshot: FlowSnapshot) => T, given?: InstantMessagingFlow): T {
  return useStore(useFlow(given).store, selector);
}

/** The addresses of the remote participants who are composing, in the order in which they began. */
export function useRemoteComposers(given?: InstantMessagingFlow): readonly string[] {
  return useFlowState((snapshot) => snapshot.remoteComposers, given);
}
