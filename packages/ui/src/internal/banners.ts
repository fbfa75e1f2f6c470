/** The conversations with a connection banner: other parts then do not repeat its text. */

import type { InstantMessagingFlow } from '@imflow/react';

const counts = new WeakMap<InstantMessagingFlow, number>();
const listeners = new Set<() => void>();

/** Registers a banner of a conversation. Returns a function that unregisters it. */
export function registerBanner(flow: InstantMessagingFlow): () => void {
  add(flow, 1);
  return () => add(flow, -1);
}

function add(flow: InstantMessagingFlow, by: number): void {
  counts.set(flow, (counts.get(flow) ?? 0) + by);
  for (const listener of listeners) listener();
}

/** Whether a conversation has a banner. */
export function hasBanner(flow: InstantMessagingFlow): boolean {
  return (counts.get(flow) ?? 0) > 0;
}

/** Calls the listener when a conversation gets a banner or loses one. Returns a function that stops. */
export function watchBanners(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
