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
export interface Lease {
  readonly flow: InstantMessagingFlow;
  users: number;
  /** Terminated, because nobody used it any more. */
  ended: boolean;
  /** Lets go of what was taken for the first user. */
  dispose?: () => void;
  /** Only for a flow that was made here: forgets it, so that the next user gets a new one. */
  readonly forget?: () => void;
}

// Keyed by objects of the application, so nothing here outlives them.
const shared = new WeakMap<Transport, Map<string, Lease>>();
const given = new WeakMap<InstantMessagingFlow, Lease>();

/**
 * The lease of a source: the same one for the same flow, and for the same transport and remote. Safe while rendering:
 * a flow that was only made has no connection, no timer and no listener.
 */
export function leaseOf(source: FlowSource): Lease {
  if ('store' in source) return getOrMake(given, source, () => ({ flow: source, users: 0, ended: false }));
  const { transport, remote } = source;
  const leases = getOrMake(shared, transport, () => new Map<string, Lease>());
  return getOrMake(leases, remote, () => ({
    flow: createInstantMessagingFlow(source),
    users: 0,
    ended: false,
    forget: () => void leases.delete(remote),
  }));
}

/** Counts a user in. Returns the function that counts it out; a macrotask after the last one, the flow is let go. */
export function hold(lease: Lease): () => void {
  const { flow } = lease;
  lease.users += 1;
  if (!lease.dispose) {
    lease.dispose = watchAttention((attentive) => flow.setAttention(attentive));
    // After all effects of this commit, so that their listeners miss nothing.
    if (lease.forget) queueMicrotask(() => lease.users > 0 && flow.start());
  }
  return () => {
    lease.users -= 1;
    // StrictMode and a change of route mount again before a macrotask has passed.
    setTimeout(() => lease.users === 0 && letGo(lease), 0);
  };
}

function letGo(lease: Lease): void {
  if (!lease.dispose) return;
  lease.dispose();
  delete lease.dispose;
  const { flow, forget } = lease;
  stopComposing(flow);
  if (!forget) return;
  lease.ended = true;
  forget();
  flow.terminate();
}

function getOrMake<K, V>(
  map: { get(key: K): V | undefined; set(key: K, value: V): unknown },
  key: K,
  make: () => V,
): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
