import type { InstantMessagingFlow } from '@imflow/react';
import { composerOf } from '../internal/composers.ts';
import { restingPlace } from '../internal/focusPlaces.ts';

/**
 * Discards a message that was not sent. What it said, and the message that it replied to, return to an empty composer, which
 * gets the focus. A message that has left in the meantime stays.
 *
 * @param near an element of the same list.
 * @param touched by a finger: the keyboard of the device stays away. Default: whether that is the main pointer.
 */
export function discardFrom(flow: InstantMessagingFlow, id: string, near: Element, touched?: boolean): void {
  const replyTo = flow.messages.get(id)?.replyTo?.id;
  let text: string;
  try {
    text = flow.discardMessage(id);
  } catch {
    return;
  }
  composerOf(flow, near)?.restore(text, replyTo);
  // The button goes with its message.
  restingPlace(flow, near, touched)?.focus({ preventScroll: true });
}
