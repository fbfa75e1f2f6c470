import type { InstantMessagingFlow } from '@imflow/react';

/** Loads a page of older messages, if there is one and none is being loaded. Does not repeat a load that failed. */
export function loadOlderPage(flow: InstantMessagingFlow): void {
  const { ready, hasOlder, loading, failed } = flow.store.getState().history;
  if (ready && hasOlder && !loading && !failed) void flow.loadOlder();
}
