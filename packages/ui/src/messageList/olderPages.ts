import type { InstantMessagingFlow } from '@imflow/react';

/**
 * Reads a page of older messages when less than a viewport is left above what is in view. Not after one that could not
 * be had, which the reader may ask for again.
 */
export function loadOlderIfNear(flow: InstantMessagingFlow, viewport: HTMLElement | null): void {
  const { ready, hasOlder, loading, failed } = flow.store.getState().history;
  if (!viewport || !ready || !hasOlder || loading || failed) return;
  if (viewport.scrollTop < viewport.clientHeight) void flow.loadOlder();
}
