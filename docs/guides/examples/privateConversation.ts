import type { InstantMessagingFlowTemplate } from '@imflow/core';

/** Sends and receives messages as usual, but no typing and no receipts. */
export const privateConversation: InstantMessagingFlowTemplate = {
  notify: { composing: false, delivered: true, displayed: false },
  trust: (sender) => (sender.endsWith('@example.org') ? 'trusted' : 'untrusted'),
};
