'use client';

import type { InstantMessagingFlow } from '@imflow/core';
import { useEffect, useReducer } from 'react';
import { type FlowSource, hold, leaseOf } from './flowSource.ts';

/** The flow of a source, held for as long as the component is mounted. */
export function useSharedFlow(source: FlowSource): InstantMessagingFlow {
  const [, renderAgain] = useReducer((count: number) => count + 1, 0);
  const lease = leaseOf(source);
  useEffect(() => {
    // Its last user left between the rendering and now: rendering again makes a new one.
    if (lease.ended) return renderAgain();
    return hold(lease);
  }, [lease]);
  return lease.flow;
}
