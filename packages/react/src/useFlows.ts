'use client';

import type { InstantMessagingFlow } from '@imflow/core';
import { useEffect, useMemo, useReducer } from 'react';
import { warnings } from './developmentWarnings.ts';
import { acquire, type FlowHandle, type FlowSource, getHandle } from './flowRegistry.ts';
import { shareStructure } from './shareStructure.ts';

/**
 * Returns the flows of several conversations, in the order of their sources. Each is started, shared and terminated as
 * by `FlowProvider`, while the component is mounted and names it. The application starts and terminates its own flows.
 * The array is the same one while the flows are.
 */
export function useFlows(sources: readonly FlowSource[]): readonly InstantMessagingFlow[] {
  const now = sources.map(getHandle);
  const [before, change] = useReducer(shareStructure<FlowHandle>, now);
  const handles = shareStructure(before, now);
  if (handles !== before) {
    warnings?.replaced(before, now);
    change(handles);
  }
  useEffect(() => {
    // The last user of a flow unmounted between the rendering and this effect: another rendering creates a new flow.
    if (handles.some(({ ended }) => ended)) return change([]);
    const rehandles = handles.map(acquire);
    const unwatch = warnings?.used(handles);
    return () => {
      unwatch?.();
      for (const release of rehandles) release();
    };
  }, [handles]);
  return useMemo(() => handles.map(({ flow }) => flow), [handles]);
}
