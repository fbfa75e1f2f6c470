import type { InstantMessagingFlow, InstantMessagingFlowTemplate, MessageRecord } from '@imflow/core';

// #region edit
/** Corrects the last own message, if the participant's client supports edits. Returns a sentence for the user. */
export async function correct(flow: InstantMessagingFlow, id: string, text: string): Promise<string> {
  if (flow.operations.edit === undefined) return 'This conversation cannot edit messages.';
  const { settled } = flow.editMessage(id, text); // the record shows the new text at once
  const { status } = await settled; // never rejects
  return status === 'failed' ? 'The change was not sent.' : 'Changed.';
}
// #endregion

// #region revisions
/** The outcome of each text of a message, oldest first. */
export function revisionsOf(message: MessageRecord): string[] {
  const earlier = message.earlierRevisions ?? [];
  return [...earlier, message].map(({ body, status }) => `${body}: ${status}`);
}
// #endregion

// #region retract
/** Retracts a message, and returns what is shown in its place. */
export async function takeBack(flow: InstantMessagingFlow, id: string): Promise<string> {
  const { settled } = flow.retractMessage(id); // the text is removed at once, from the list and the storage
  const { status } = await settled;
  return status === 'failed' ? 'Asked to delete' : 'You deleted this message';
}
// #endregion

// #region react
/** Adds one emoji to the reactions of the local user, or removes it. */
export function toggle(flow: InstantMessagingFlow, message: MessageRecord, emoji: string): void {
  const own = message.reactions?.find(({ author }) => author === flow.localAddress)?.emojis ?? [];
  flow.react(message.id, own.includes(emoji) ? own.filter((each) => each !== emoji) : [...own, emoji]);
}
// #endregion

// #region undo
/** Holds each message for five seconds, in which its author can discard it. */
export const undoable: InstantMessagingFlowTemplate = { sendDelay: 5_000 };

/** Discards a message that is still held, and returns its text to the text box. */
export function undo(flow: InstantMessagingFlow, id: string): string | undefined {
  return flow.messages.get(id)?.heldUntil === undefined ? undefined : flow.discardMessage(id);
}
// #endregion
