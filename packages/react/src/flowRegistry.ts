import {
  createInstantMessagingFlow,
  type InstantMessagingFlow,
  type InstantMessagingFlowOptions,
  type Transport,
} from '@imflow/core';
import { stopComposing } from './stopComposing.ts';
import { watchAttention } from './watchAttention.ts';

/** A flow of the caller's own, or what one is made of: then React starts it, shares it and ends it. */
export type FlowSource = InstantMessagingFlow | InstantMessagingFlowOptions;

/** A flow and who uses it. */
export interface FlowHandle {
  readonly flow: InstantMessagingFlow;
  users: number;
  /** Terminated, because nobody used it any more. */
  ended?: boolean;
  /** Lets go of what was taken for the first user. */
  release?: () => void;
  /** Only for a flow that was made here: forgets it, so that the next user gets a new one. */
  readonly remove: (() => void) | undefined;
}

// By flow of the application, or by transport and remote. The keys are the application's, so nothing here outlives them.
const handles = new WeakMap<InstantMessagingFlow | Transport, Map<string, FlowHandle>>();

/**
 * The lease of a source: the same one for the same flow, and for the same transport and remote. Safe while rendering:
 * a flow that was only made has no connection, no timer and no listener.
 */
export function getHandle(source: FlowSource): FlowHandle {
  const given = 'store' in source;
  const { remote } = source;
  const key = given ? source : source.transport;
  const kept = handles.get(key) ?? new Map<string, FlowHandle>();
  handles.set(key, kept);
  const lease: FlowHandle = kept.get(remote) ?? {
    flow: given ? source : createInstantMessagingFlow(source),
    users: 0,
    remove: given ? undefined : () => kept.delete(remote),
  };
  kept.set(remote, lease);
  return lease;
}

/** Counts a user in. Returns the function that counts it out; a macrotask after the last one, the flow is let go. */
export function acquire(lease: FlowHandle): () => void {
  lease.users += 1;
  lease.release ??= begin(lease);
  return () => {
    lease.users -= 1;
    // StrictMode and a change of route mount again before a macrotask has passed.
    setTimeout(() => lease.users === 0 && lease.release?.());
  };
}

function begin(lease: FlowHandle): () => void {
  const { flow, remove: forget } = lease;
  const stopWatching = watchAttention((attentive) => flow.setAttention(attentive));
  // After all effects of this commit, so that their listeners miss nothing.
  if (forget) queueMicrotask(() => lease.users > 0 && flow.start());
  return () => {
    delete lease.release;
    stopWatching();
    stopComposing(flow);
    if (!forget) return;
    lease.ended = true;
    forget();
    flow.terminate();
  };
}
