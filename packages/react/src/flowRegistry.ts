/** Counts the users of each flow, so that components share one and the last one releases it. */

import {
  createInstantMessagingFlow,
  FlowError,
  type InstantMessagingFlow,
  type InstantMessagingFlowOptions,
  type Transport,
} from '@imflow/core';
import { warnings } from './developmentWarnings.ts';
import { stopComposing } from './stopComposing.ts';
import { trackAttention } from './attention.ts';

/** A flow of the application, or the options of one that React creates, starts, shares and terminates. */
export type FlowSource = InstantMessagingFlow | InstantMessagingFlowOptions;

/** A flow and how many components use it. */
export interface FlowHandle {
  readonly flow: InstantMessagingFlow;
  users: number;
  /** Whether the flow was terminated because the last component that used it unmounted. */
  ended?: boolean;
  /** Releases the resources that the first user acquired. */
  release?: () => void;
  /** Only for a flow that was created here: removes it from the registry, so that the next user gets a new one. */
  readonly remove: (() => void) | undefined;
}

// By flow of the application, or by transport and remote. The keys are weak, so that no entry outlives the application's
// objects.
const handles = new WeakMap<InstantMessagingFlow | Transport, Map<string, FlowHandle>>();

/**
 * Returns the handle of a source: the same one for the same flow, and for the same transport and participant, in
 * whatever form the address of the participant is written. Safe while rendering: a flow that was only created has no
 * connection, no timer and no listener.
 *
 * @throws FlowError `invalid-argument` that names the missing or invalid option.
 */
export function getHandle(source: FlowSource): FlowHandle {
  if (typeof source !== 'object' || source === null) {
    throw new FlowError(
      'invalid-argument',
      `The source of the flow is ${String(source)}, but must be a flow, or options with transport and remote.`,
    );
  }
  const own = 'store' in source;
  const key = own ? source : source.transport;
  // Without a transport there is no key. The engine throws an error that names the option.
  if (typeof key !== 'object' || key === null) return createHandle(source as InstantMessagingFlowOptions, undefined);
  const { remote } = source;
  const known = handles.get(key) ?? new Map<string, FlowHandle>();
  let handle = known.get(remote);
  if (handle === undefined) {
    const created = own ? { flow: source, users: 0, remove: undefined } : createHandle(source, known);
    // The address of a participant may be written in several forms; the flow has the normalised one.
    handle = known.get(created.flow.remote) ?? created;
  }
  if (!own) warnings?.options(handle, source);
  known.set(remote, handle);
  known.set(handle.flow.remote, handle);
  handles.set(key, known);
  return handle;
}

/** Creates a flow that React owns. It starts when the first component has mounted, or earlier with the first message. */
function createHandle(options: InstantMessagingFlowOptions, known: Map<string, FlowHandle> | undefined): FlowHandle {
  const flow = createInstantMessagingFlow(options);
  const handle: FlowHandle = {
    flow: {
      ...flow,
      sendMessage(...message) {
        startEarly(handle, flow);
        return flow.sendMessage(...message);
      },
      sendFile(...file) {
        startEarly(handle, flow);
        return flow.sendFile(...file);
      },
    },
    users: 0,
    remove() {
      for (const [remote, each] of known ?? []) if (each === handle) known?.delete(remote);
    },
  };
  return handle;
}

/** Starts a flow with its first message: an effect of a component below the provider runs before the provider's own. */
function startEarly(handle: FlowHandle, flow: InstantMessagingFlow): void {
  if (flow.store.getState().state !== 'idle') return;
  flow.start();
  if (handle.users === 0) setTimeout(() => handle.users === 0 && end(handle));
}

/**
 * Acquires the flow for a component. Returns the function that releases it; a macrotask after the last release, the
 * flow is terminated.
 */
export function acquire(handle: FlowHandle): () => void {
  handle.users += 1;
  handle.release ??= begin(handle);
  return () => {
    handle.users -= 1;
    // StrictMode and a route change mount again before a macrotask has passed.
    setTimeout(() => handle.users === 0 && handle.release?.());
  };
}

function begin(handle: FlowHandle): () => void {
  const { flow, remove } = handle;
  const stopTracking = trackAttention(flow);
  // Starts after all effects of this commit, so that their listeners receive every event.
  if (remove) queueMicrotask(() => handle.users > 0 && flow.start());
  return () => {
    delete handle.release;
    stopTracking();
    stopComposing(flow);
    end(handle);
  };
}

/** Terminates a flow that was created here. */
function end(handle: FlowHandle): void {
  if (!handle.remove) return;
  handle.ended = true;
  handle.remove();
  handle.flow.terminate();
}
