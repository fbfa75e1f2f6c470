import type { InstantMessagingFlowTemplate } from '@imflow/core';

/** Messages go out and come in as ever; nothing else is told about the local user. */
export const privateConversation: InstantMessagingFlowTemplate = {
  notify: { composing: false, delivered: true, displayed: false },
  trust: (sender) => (sender.endsWith('@example.org') ? 'trusted' : 'untrusted'),
};
