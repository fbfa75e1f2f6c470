import type { InstantMessagingFlow, MessageRecord } from '@imflow/react';

/** Whether the network carries a reply to a message, and the message is there to be replied to. */
export function canReply({ operations, store }: InstantMessagingFlow, message: MessageRecord | undefined): boolean {
  const isRunning = store.getState().state !== 'terminated';
  return isRunning && operations.reply === true && message !== undefined && !message.retracted && !isFailed(message);
}

/** Whether the message itself, not an edit of it, did not arrive. */
export function isFailed({ direction, status, earlierRevisions }: MessageRecord): boolean {
  const first = earlierRevisions?.[0]?.status ?? status;
  return direction === 'outgoing' && (first === 'failed' || first === 'undeliverable');
}
