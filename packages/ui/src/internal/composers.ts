/** Finds the composer of a conversation, for parts outside of it. */

import type { InstantMessagingFlow, MessageRecord } from '@imflow/react';
import { hasFile } from '../messageBody/fileText.ts';

/** The interface of a composer for parts outside of it. */
export interface ComposerControl {
  readonly element: HTMLElement;
  /** Lets the user change the text of an own message. */
  readonly edit: (id: string) => void;
  /** Lets the user reply to a message. */
  readonly reply: (id: string) => void;
  /** Returns an unsent text and its reply target to the composer, unless it contains a different text. */
  readonly restore: (text: string, replyTo?: string) => void;
}

const composers = new WeakMap<InstantMessagingFlow, Set<ComposerControl>>();

/** Returns a function that unregisters it. */
export function registerComposer(flow: InstantMessagingFlow, control: ComposerControl): () => void {
  const all = composers.get(flow) ?? new Set();
  composers.set(flow, all.add(control));
  return () => void all.delete(control);
}

/** Finds the composer of a conversation: in the shadow root of an element, or in its window. */
export function composerOf(flow: InstantMessagingFlow, near: Element | null): ComposerControl | undefined {
  const all = [...(composers.get(flow) ?? [])].filter((each) => each.element.ownerDocument === near?.ownerDocument);
  return all.findLast((each) => each.element.getRootNode() === near?.getRootNode()) ?? all.at(-1);
}

/**
 * Whether a message can be edited here: it is the user's own, plain text or a file with its caption, and the network
 * accepts an edit.
 */
export function canEdit(flow: InstantMessagingFlow, message: MessageRecord): boolean {
  const { direction, retracted, conflict, status, contentType, id, earlierRevisions } = message;
  const isText = contentType.startsWith('text/plain') || hasFile(message);
  const first = earlierRevisions?.[0]?.status ?? status;
  const { edit } = flow.operations;
  if (direction !== 'outgoing' || retracted || conflict || first === 'undeliverable' || edit === undefined)
    return false;
  return isText && (edit === 'any' || lastOwn(flow)?.id === id);
}

/** The newest own message. */
export function lastOwn({ messages }: InstantMessagingFlow): MessageRecord | undefined {
  for (let index = messages.order.length - 1; index >= 0; index -= 1) {
    const record = messages.get(messages.order.at(index) ?? '');
    if (record?.direction === 'outgoing') return record;
  }
  return undefined;
}

/** The newest own message whose text can be changed. */
export function lastEditable(flow: InstantMessagingFlow): MessageRecord | undefined {
  const { order } = flow.messages;
  for (let index = order.length - 1; index >= 0; index -= 1) {
    const record = flow.messages.get(order.at(index) ?? '');
    if (record && canEdit(flow, record)) return record;
  }
  return undefined;
}
