import type { InstantMessagingFlow } from '@imflow/react';

/** Reads a page of older messages when less than a viewport is left above what is in view. */
export function loadOlderIfNear(flow: InstantMessagingFlow, viewport: HTMLElement | null): void {
  const { ready, hasOlder, loading } = flow.store.getState().history;
  if (!viewport || !ready || !hasOlder || loading) return;
  if (viewport.scrollTop < viewport.clientHeight) void flow.loadOlder();
}
