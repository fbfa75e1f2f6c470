/** Announces a sentence in the live region of a conversation. */

import type { InstantMessagingFlow } from '@imflow/react';

/** `assertive` interrupts the screen reader. */
export type Politeness = 'polite' | 'assertive';

type Say = (politeness: Politeness, sentence: string) => void;

const announcers = new WeakMap<InstantMessagingFlow, Map<Document, Say>>();

/** Registers the live region of a conversation in a document. Returns a function that unregisters it. */
export function registerAnnouncer(flow: InstantMessagingFlow, page: Document, say: Say): () => void {
  const all = announcers.get(flow) ?? new Map<Document, Say>();
  announcers.set(flow, all.set(page, say));
  return () => {
    if (all.get(page) === say) all.delete(page);
  };
}

/** Announces a sentence about a conversation, if the document of the element has an announcer. */
export function announceIn(
  { ownerDocument }: Element,
  flow: InstantMessagingFlow,
  politeness: Politeness,
  sentence: string,
): void {
  announcers.get(flow)?.get(ownerDocument)?.(politeness, sentence);
}
