import type { FlowSnapshot } from '@imflow/react';

/** Whether a conversation has no messages, here and on the server. False while that is not known. */
export function isEmptyConversation({ history, messageCount }: FlowSnapshot): boolean {
  return history.ready && !history.hasOlder && messageCount === 0;
}
