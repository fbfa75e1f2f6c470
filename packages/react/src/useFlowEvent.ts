'use client';

import type { FlowEvents, InstantMessagingFlow } from '@imflow/core';
import { useEffect, useRef } from 'react';
import { useFlow } from './useFlow.ts';

/** Listens to an event of the flow while mounted. The listener need not be stable. */
export function useFlowEvent<K extends keyof FlowEvents>(
  event: K,
  listener: (event: FlowEvents[K]) => void,
  given?: InstantMessagingFlow,
): void {
  const flow = useFlow(given);
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => flow.on(event, (payload) => latest.current(payload)), [flow, event]);
}
