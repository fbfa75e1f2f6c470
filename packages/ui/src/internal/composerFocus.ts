import type { InstantMessagingFlow } from '@imflow/react';

const inputs = new WeakMap<InstantMessagingFlow, HTMLElement>();

/** Makes an element the one that gets the focus back in its conversation. Returns a function that takes it back. */
export function registerComposer(flow: InstantMessagingFlow, input: HTMLElement): () => void {
  inputs.set(flow, input);
  return () => {
    if (inputs.get(flow) === input) inputs.delete(flow);
  };
}

/** Gives the focus to the composer of a conversation, where there is one. */
export function focusComposer(flow: InstantMessagingFlow): void {
  inputs.get(flow)?.focus();
}

/**
 * Finds a place for the focus of a message that goes away: the composer, or the list where there is none. A user who
 * touched gets the list, since a keyboard that comes up would be a surprise.
 */
export function leaveMessage(flow: InstantMessagingFlow, message: Element | null, touched = false): void {
  const list = message?.closest<HTMLElement>('.imflow-viewport');
  ((!touched && inputs.get(flow)) || list)?.focus({ preventScroll: true });
}
