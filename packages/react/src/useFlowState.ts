'use client';

import type { FlowSnapshot, InstantMessagingFlow } from '@imflow/core';
import { useFlow } from './useFlow.ts';
import { useStore } from './useStore.ts';

/**
 * Reads a part of the flow's state, and renders again only when that part is another.
 * The selector returns a value of the snapshot, or a primitive made of it.
 */
export function useFlowState<T>(selector: (snapshot: FlowSnapshot) => T, given?: InstantMessagingFlow): T {
  return useStore(useFlow(given).store, selector);
}

/** The addresses of those who compose, in the order in which they began. */
export function useRemoteComposers(given?: InstantMessagingFlow): readonly string[] {
  return useFlowState((snapshot) => snapshot.remoteComposers, given);
}
