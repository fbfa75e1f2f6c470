/** Announces a sentence in the live region of a conversation. */

import type { InstantMessagingFlow } from '@imflow/react';

/** `assertive` interrupts what a screen reader says. */
export type Politeness = 'polite' | 'assertive';

type Say = (politeness: Politeness, sentence: string) => void;

const announcers = new WeakMap<InstantMessagingFlow, Map<Document, Say>>();

/** Makes a live region the one that speaks for a conversation in a document. Returns a function that undoes it. */
export function registerAnnouncer(flow: InstantMessagingFlow, page: Document, say: Say): () => void {
  const all = announcers.get(flow) ?? new Map<Document, Say>();
  announcers.set(flow, all.set(page, say));
  return () => {
    if (all.get(page) === say) all.delete(page);
  };
}

/** Lets a screen reader say a sentence about a conversation, where an announcer is in the document of an element. */
export function announceIn(
  { ownerDocument }: Element,
  flow: InstantMessagingFlow,
  politeness: Politeness,
  sentence: string,
): void {
  announcers.get(flow)?.get(ownerDocument)?.(politeness, sentence);
}
