'use client';

import type { InstantMessagingFlow } from '@imflow/core';
import { useEffect, useMemo, useReducer } from 'react';
import { type FlowSource, acquire, getHandle, type FlowHandle } from './flowRegistry.ts';
import { shareStructure } from './shareStructure.ts';

/**
 * The flows of several conversations, mostly over one transport, in the order of their sources. Each is started, shared
 * and ended as by `FlowProvider`, for as long as the component is mounted and names it; a flow of your own is yours to
 * start and terminate. The array is the same one while the flows are.
 */
export function useFlows(sources: readonly FlowSource[]): readonly InstantMessagingFlow[] {
  const now = sources.map(getHandle);
  const [before, change] = useReducer(shareStructure<FlowHandle>, now);
  const leases = shareStructure(before, now);
  if (leases !== before) change(leases);
  useEffect(() => {
    // The last user of one left between the rendering and now: rendering again makes a new one.
    if (leases.some(({ ended }) => ended)) return change([]);
    const releases = leases.map(acquire);
    return () => {
      for (const release of releases) release();
    };
  }, [leases]);
  return useMemo(() => leases.map(({ flow }) => flow), [leases]);
}
