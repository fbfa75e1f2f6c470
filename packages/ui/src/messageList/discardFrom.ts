import type { InstantMessagingFlow } from '@imflow/react';
import { writtenText } from '../messageBody/fileText.ts';
import { composerOf } from '../internal/composers.ts';
import { restingPlace } from '../internal/focusPlaces.ts';

/**
 * Discards a message that was not sent. Its text (or the caption of its file) and its reply target return to an empty
 * composer, which gets the focus. A message that was sent in the meantime stays.
 *
 * @param near an element of the same list.
 * @param touched by a finger: the keyboard of the device stays away. Default: whether that is the main pointer.
 */
export function discardFrom(flow: InstantMessagingFlow, id: string, near: Element, touched?: boolean): void {
  const record = flow.messages.get(id);
  try {
    flow.discardMessage(id);
  } catch {
    return;
  }
  if (record) composerOf(flow, near)?.restore(writtenText(record), record.replyTo?.id);
  // The button is removed with its message.
  restingPlace(flow, near, touched)?.focus({ preventScroll: true });
}
