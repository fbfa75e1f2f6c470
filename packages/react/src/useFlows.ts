'use client';

import type { InstantMessagingFlow } from '@imflow/core';
import { useEffect, useMemo, useReducer } from 'react';
import { type FlowSource, hold, leaseOf, type Lease } from './flowSource.ts';
import { keepSame } from './keepSame.ts';

/**
 * The flows of several conversations, mostly over one transport, in the order of their sources. Each is started, shared
 * and ended as by `FlowProvider`, for as long as the component is mounted and names it; a flow of your own is yours to
 * start and terminate. The array is the same one while the flows are.
 */
export function useFlows(sources: readonly FlowSource[]): readonly InstantMessagingFlow[] {
  const now = sources.map(leaseOf);
  const [before, change] = useReducer(keepSame<Lease>, now);
  const leases = keepSame(before, now);
  if (leases !== before) change(leases);
  useEffect(() => {
    // The last user of one left between the rendering and now: rendering again makes a new one.
    if (leases.some(({ ended }) => ended)) return change([]);
    const releases = leases.map(hold);
    return () => {
      for (const release of releases) release();
    };
  }, [leases]);
  return useMemo(() => leases.map(({ flow }) => flow), [leases]);
}
