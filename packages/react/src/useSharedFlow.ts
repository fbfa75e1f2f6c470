'use client';

import type { InstantMessagingFlow } from '@imflow/core';
import type { FlowSource } from './flowRegistry.ts';
import { useFlows } from './useFlows.ts';

/** The flow of a source, acquired while the component is mounted. */
export function useSharedFlow(source: FlowSource): InstantMessagingFlow {
  return useFlows([source])[0] as InstantMessagingFlow;
}
