import type { FlowSnapshot, MessageStatus } from '@imflow/react';

/** What the ticks of an own message show. */
export type TickState = 'waiting' | 'sending' | 'sent' | 'delivered' | 'read' | 'undeliverable' | 'failed';

/** What the ticks show for a status. `waiting`: nothing can leave now, whatever the status says. */
export function tickState(status: MessageStatus, waiting: boolean): TickState {
  if (status === 'queued' || status === 'sending') return waiting ? 'waiting' : 'sending';
  return status === 'displayed' ? 'read' : status;
}

/** Whether a message of this status waits for the connection, or for the participant to come. */
export function isPending(status: MessageStatus | undefined, { canSend }: FlowSnapshot): boolean {
  return !canSend && (status === 'queued' || status === 'sending');
}
