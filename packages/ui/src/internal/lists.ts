/** Finds the message list of a conversation. */

import type { InstantMessagingFlow } from '@imflow/react';

/** The interface of a message list for parts outside of it. */
export interface ListControl {
  readonly element: HTMLElement;
  /**
   * Brings a message into view, and loads older pages on the way. The focus does not move.
   *
   * @param marks frames the message for a moment.
   * @returns whether it was found. Never rejects.
   */
  readonly reveal: (id: string, marks: boolean) => Promise<boolean>;
  /** Gives a message the focus. */
  readonly focus: (id: string) => void;
}

const lists = new WeakMap<InstantMessagingFlow, Set<ListControl>>();

/** Returns a function that unregisters it. */
export function registerList(flow: InstantMessagingFlow, control: ListControl): () => void {
  const all = lists.get(flow) ?? new Set();
  lists.set(flow, all.add(control));
  return () => void all.delete(control);
}

/** The list of a conversation: that in the shadow root of another element of it, else that in its window. */
export function listOf(flow: InstantMessagingFlow, near: Element): ListControl | undefined {
  const all = [...(lists.get(flow) ?? [])].filter((each) => each.element.ownerDocument === near.ownerDocument);
  return all.findLast((each) => each.element.getRootNode() === near.getRootNode()) ?? all.at(-1);
}
