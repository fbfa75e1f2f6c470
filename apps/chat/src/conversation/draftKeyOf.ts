import type { InstantMessagingFlow } from '@imflow/react';

/** The key under which the draft of a conversation is stored. */
export function draftKeyOf({ localAddress, remote }: Pick<InstantMessagingFlow, 'localAddress' | 'remote'>): string {
  return `imflow:draft:${localAddress}:${remote}`;
}
